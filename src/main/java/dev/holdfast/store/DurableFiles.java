package dev.holdfast.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files that a power cut leaves old or new: the content goes to a temporary file beside the target,
 * is forced to the disk, and takes the target's name in one step; the folder is forced too, because
 * the name lies there. The temporary name follows from the target's, so that leftovers of a crash
 * never pile up: the next write uses the same one. Permissions are set, not asked of the umask.
 */
final class DurableFiles {
  static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwxr-x---");
  static final Set<PosixFilePermission> SHARED = PosixFilePermissions.fromString("rw-r-----");
  static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rw-------");
  private static final String TEMPORARY = ".tmp";

  private DurableFiles() {}

  /** Replaces a file whole; where this throws, what was there is untouched. */
  static void write(Path target, byte[] content, Set<PosixFilePermission> permissions) {
    Path temporary = temporary(target);
    try {
      folders(folderOf(target));
      put(temporary, content, permissions);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
      sync(folderOf(target));
    } catch (IOException e) {
      forget(temporary);
      throw failed("write " + target, e);
    }
  }

  /**
   * As {@link #write}, and the content that was there before stays as {@code previous}; the target
   * is never missing meanwhile.
   */
  static void writeKeeping(
      Path target, Path previous, byte[] content, Set<PosixFilePermission> permissions) {
    Path temporary = temporary(previous);
    try {
      if (Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.deleteIfExists(temporary);
        Files.createLink(temporary, target);
        Files.move(temporary, previous, StandardCopyOption.ATOMIC_MOVE);
        // After a death between these two writes both names are the same file already, and then
        // rename(2) does nothing and leaves the temporary name.
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      forget(temporary);
      throw failed("keep the former generation of " + target, e);
    }
    write(target, content, permissions);
  }

  /** A new file with this content, forced to the disk. */
  static void put(Path file, byte[] content, Set<PosixFilePermission> permissions)
      throws IOException {
    Files.deleteIfExists(file);
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    // Private from its first moment; what it may be in the end is set before the first byte is in
    // it.
    try (FileChannel out =
        FileChannel.open(file, options, PosixFilePermissions.asFileAttribute(PRIVATE))) {
      Files.setPosixFilePermissions(file, permissions);
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
    }
  }

  /** Makes the missing folders, each private to user and group. */
  static void folders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path parent = folder.getParent();
    if (parent != null) {
      folders(parent);
    }
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
      Files.setPosixFilePermissions(folder, FOLDER);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
    }
    if (parent != null) {
      sync(parent);
    }
  }

  static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes a file or a folder with all that is in it, following no link. */
  static void remove(Path path) {
    try {
      Files.walkFileTree(path, new Removal());
      sync(folderOf(path));
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw failed("remove " + path, e);
    }
  }

  /** The names in a folder; none where it is missing. */
  static Stream<String> names(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(entry -> entry.getFileName().toString()).toList().stream();
    } catch (NoSuchFileException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw failed("list " + folder, e);
    } catch (UncheckedIOException e) {
      throw failed("list " + folder, new IOException(e.getMessage(), e));
    }
  }

  static Path folderOf(Path file) {
    return Objects.requireNonNull(
        file.getParent(), "a file below the state directory has a folder");
  }

  static boolean isTemporary(String name) {
    return name.startsWith(".") && name.endsWith(TEMPORARY);
  }

  static Path temporary(Path target) {
    return target.resolveSibling("." + target.getFileName() + TEMPORARY);
  }

  static UncheckedIOException failed(String what, IOException cause) {
    return new UncheckedIOException("could not " + what + ": " + reason(cause), cause);
  }

  /** Java's text for a failed file operation begins with the path, which the caller has named. */
  static String reason(IOException cause) {
    @Nullable String reason =
        cause instanceof FileSystemException e ? e.getReason() : cause.getMessage();
    return reason == null
        ? cause.getClass().getSimpleName().replaceAll("(?<=[a-z])(?=[A-Z])", " ")
        : reason;
  }

  private static void forget(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      // The write has failed already and says so; the next one takes this name again.
      return;
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
