package dev.holdfast.git;

import dev.holdfast.compose.SourceTree;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder as if a commit held it as it is: every regular file counts as tracked but git's own, and
 * symbolic links are left out. For files that lie still while they are looked at, as in CI; only
 * what is asked for is read.
 */
public final class CheckedOutFolder implements SourceTree {
  private static final int MOST_FILES = 20_000;
  private static final long MOST_BYTES = 512L << 20;
  private final Path root;

  /**
   * @throws IOException where there is no such folder
   */
  public CheckedOutFolder(Path folder) throws IOException {
    this.root = DirectoryFiles.real(folder);
  }

  @Override
  public Optional<byte[]> file(String path) {
    if (!Paths.plain(path)) {
      return Optional.empty();
    }
    Path file = root.resolve(path);
    try {
      boolean tracked = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
      return tracked && file.toRealPath().equals(file) ? Optional.of(read(file)) : Optional.empty();
    } catch (IOException e) {
      throw failed(path, DirectoryFiles.reason(e), e);
    }
  }

  private byte[] read(Path file) throws IOException {
    long size = Files.size(file);
    if (size > GitTree.MAX_FILE) {
      throw failed(
          root.relativize(file).toString(),
          "it has "
              + (size >> 20)
              + " MiB and a configuration file may have "
              + (GitTree.MAX_FILE >> 20)
              + "; put large files into an image or a volume",
          null);
    }
    return Files.readAllBytes(file);
  }

  @Override
  public SortedMap<String, Tracked> under(String folder) {
    Path top = root.resolve(folder);
    Listing listing = new Listing(top);
    try {
      if (Files.isDirectory(top, LinkOption.NOFOLLOW_LINKS) && top.toRealPath().equals(top)) {
        Files.walkFileTree(top, listing);
      }
      return listing.files;
    } catch (IOException e) {
      throw failed(folder, DirectoryFiles.reason(e), e);
    }
  }

  @Override
  public Optional<Tracked> tracked(String path) {
    return file(path)
        .map(
            content -> new Tracked(Hashes.sha256(content), Files.isExecutable(root.resolve(path))));
  }

  private final class Listing extends SimpleFileVisitor<Path> {
    private final SortedMap<String, Tracked> files = new TreeMap<>();
    private final Path top;
    private long bytes;

    private Listing(Path top) {
      this.top = top;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      boolean inside = folder.equals(top) || Paths.plain(top.relativize(folder).toString());
      return inside ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String path = top.relativize(file).toString();
      if (attributes.isRegularFile() && Paths.plain(path)) {
        bytes += attributes.size();
        if (files.size() >= MOST_FILES || bytes > MOST_BYTES) {
          throw failed(
              root.relativize(top).toString(),
              "it holds more than a configuration does; mount only the folder that is needed",
              null);
        }
        files.put(path, new Tracked(Hashes.sha256(read(file)), Files.isExecutable(file)));
      }
      return FileVisitResult.CONTINUE;
    }
  }

  private static SourceException failed(String path, String why, @Nullable Exception cause) {
    return new SourceException(
        "could not use '" + (path.isEmpty() ? "." : path) + "' because " + why, cause);
  }
}
