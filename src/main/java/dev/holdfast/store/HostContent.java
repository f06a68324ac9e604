package dev.holdfast.store;

import dev.holdfast.compose.ContentHash;
import dev.holdfast.compose.SourceTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder somewhere on this server, hashed as a source's. Bounded: what is larger than any
 * configuration has no content that is looked for.
 */
public final class HostContent {
  private static final long MOST_BYTES = 64L << 20;
  private static final int MOST_FILES = 5000;

  private final SortedMap<String, SourceTree.Tracked> files = new TreeMap<>();
  private long bytes;

  private HostContent() {}

  /**
   * Whether it has the content of this hash, and had it at this instant already where it is one
   * file: a container keeps the file that was there when it started, whatever takes its name later.
   */
  public static boolean isAt(String path, String contentHash, @Nullable Instant since) {
    Path root = Path.of(path);
    try {
      if (Files.isRegularFile(root, LinkOption.NOFOLLOW_LINKS)) {
        return !changedAfter(root, since) && new HostContent().ofFile(root).equals(contentHash);
      }
      return Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)
          && new HostContent().ofFolder(root).equals(contentHash);
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
  }

  private static boolean changedAfter(Path file, @Nullable Instant since) throws IOException {
    if (since == null) {
      return false;
    }
    FileTime changed = (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
    return changed.toInstant().isAfter(since);
  }

  private String ofFile(Path file) throws IOException {
    add(
        "content",
        file,
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
    return hash("content");
  }

  private String ofFolder(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes seen) throws IOException {
            add(
                "content/" + folder.relativize(file),
                file,
                Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
            return FileVisitResult.CONTINUE;
          }
        });
    return hash("content");
  }

  private void add(String name, Path file, PosixFileAttributes attributes) throws IOException {
    bytes += attributes.size();
    if (!attributes.isRegularFile() || bytes > MOST_BYTES || files.size() >= MOST_FILES) {
      throw new IOException("not what a source tracks");
    }
    boolean executable = attributes.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
    files.put(name, new SourceTree.Tracked(Hashes.sha256(Files.readAllBytes(file)), executable));
  }

  private String hash(String path) {
    SourceTree tree =
        new SourceTree() {
          @Override
          public Optional<byte[]> file(String name) {
            return Optional.empty();
          }

          @Override
          public SortedMap<String, Tracked> under(String folder) {
            String prefix = folder.isEmpty() ? "" : folder + "/";
            SortedMap<String, Tracked> below = new TreeMap<>();
            files.forEach(
                (name, file) -> {
                  if (name.startsWith(prefix)) {
                    below.put(name.substring(prefix.length()), file);
                  }
                });
            return below;
          }
        };
    return ContentHash.of(tree, path).orElse("");
  }
}
