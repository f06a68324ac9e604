package dev.holdfast.git;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.git.DirectoryScan.FileState;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A directory on the server. Its revision is the hash over the paths, contents and executable bits
 * of its files.
 *
 * <p>Nobody commits to a directory: it may be looked at while it is written. The files are listed
 * before and after they are read, and only where nothing moved between the two, and nothing had
 * moved just before, is that a revision; else it is read again, and after some tries the look has
 * failed. A file whose size, times and inode are those of the last look is not read again.
 */
public final class DirectorySource implements Source {
  private static final int TRIES = 20;
  private static final Duration PAUSE = Duration.ofMillis(60);
  private final Path directory;
  private Map<String, Hashed> known = new HashMap<>();
  private @Nullable Snapshot last;

  private record Hashed(FileState state, String sha256) {}

  /**
   * @param directory absolute; may itself be a symbolic link
   */
  public DirectorySource(Path directory) {
    this.directory = directory;
  }

  @Override
  public Snapshot look() {
    try {
      for (int i = 0; i < TRIES; i++) {
        Optional<Snapshot> still = lookOnce();
        if (still.isPresent()) {
          return still.get();
        }
        Thread.sleep(PAUSE);
      }
    } catch (IOException e) {
      throw failed(DirectoryScan.reason(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("the agent is stopping", e);
    }
    throw failed(
        "its files change while they are read; if a service writes there, keep its data in a volume"
            + " or list the folder in "
            + DirectoryScan.IGNORE_FILE,
        null);
  }

  /** Empty where something moved meanwhile. */
  private Optional<Snapshot> lookOnce() throws IOException {
    Path root = directory.toRealPath();
    try {
      SortedMap<String, FileState> before = DirectoryScan.of(root);
      if (anyYoung(before)) {
        return Optional.empty();
      }
      SortedMap<String, Hashed> hashed = hash(root, before);
      if (!before.equals(DirectoryScan.of(root))) {
        return Optional.empty();
      }
      known = new HashMap<>(hashed);
      return Optional.of(snapshot(root, hashed));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static boolean anyYoung(SortedMap<String, FileState> files) {
    long now = System.currentTimeMillis();
    return files.values().stream().anyMatch(file -> file.young(now));
  }

  private SourceException failed(String why, @Nullable Exception cause) {
    return new SourceException("could not read " + directory + " because " + why, cause);
  }

  private SortedMap<String, Hashed> hash(Path root, SortedMap<String, FileState> files)
      throws IOException {
    SortedMap<String, Hashed> hashed = new TreeMap<>();
    for (Map.Entry<String, FileState> file : files.entrySet()) {
      Hashed before = known.get(file.getKey());
      FileState state = file.getValue();
      boolean same = before != null && before.state().equals(state);
      hashed.put(
          file.getKey(),
          same ? before : new Hashed(state, Hashes.sha256(read(root.resolve(file.getKey())))));
    }
    return hashed;
  }

  static byte[] read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = stream.readNBytes(GitTree.MAX_FILE + 1);
      if (bytes.length > GitTree.MAX_FILE) {
        throw new IOException(file + " grew beyond what a configuration file may have");
      }
      return bytes;
    }
  }

  private Snapshot snapshot(Path root, SortedMap<String, Hashed> hashed) {
    MessageDigest digest = Hashes.sha256();
    SortedMap<String, SourceTree.Tracked> files = new TreeMap<>();
    hashed.forEach(
        (path, file) -> {
          boolean executable = file.state().executable();
          String line = (executable ? "x " : "- ") + file.sha256() + " " + path + "\0";
          digest.update(line.getBytes(StandardCharsets.UTF_8));
          files.put(path, new SourceTree.Tracked(file.sha256(), executable));
        });
    String revision = Hashes.hex(digest.digest());
    if (last == null || !last.revision().equals(revision)) {
      last = new Snapshot(revision, null, null, new DirectoryTree(root, files));
    }
    return last;
  }
}
