package dev.holdfast.git;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Single files below a directory that services may write to while they are looked at: found by
 * path, told by their state, read within bounds. Only a regular file is one. A symbolic link counts
 * where it leads to a file in the same directory; a file is opened folder by folder without
 * following any, so that a link which a container plants meanwhile leads nowhere.
 */
final class DirectoryFiles {
  static final int MOST_CONFIGURING = 200;
  private static final long YOUNG_MILLIS = 50;
  private static final Pattern CONFIGURES =
      Pattern.compile(".+\\.ya?ml|.+\\.env|\\.env.*", Pattern.DOTALL);

  private DirectoryFiles() {}

  /**
   * @param real the path below the directory, links resolved
   * @param changed the inode's change time, which no program can set back
   */
  record State(
      String real,
      long size,
      FileTime modified,
      FileTime changed,
      Object inode,
      boolean executable) {
    /** So young that another change could get the same time from the kernel's coarse clock. */
    boolean young(long nowMillis) {
      return Math.abs(nowMillis - changed.toMillis()) < YOUNG_MILLIS;
    }
  }

  static Path real(Path directory) throws IOException {
    Path root = directory.toRealPath();
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(directory.toString());
    }
    return root;
  }

  /**
   * The names directly in the directory that configure an app: YAML and env files.
   *
   * @throws SourceException where there are more than a configuration has
   */
  static SortedSet<String> configuring(Path root) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> entries =
        Files.newDirectoryStream(root, entry -> configures(nameOf(entry)))) {
      for (Path entry : entries) {
        names.add(nameOf(entry));
        if (names.size() > MOST_CONFIGURING) {
          throw new SourceException(
              "could not use "
                  + root
                  + " because it holds more than "
                  + MOST_CONFIGURING
                  + " YAML and env files, which is more than a configuration has; move those that"
                  + " are data into a folder",
              null);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  private static String nameOf(Path entry) {
    return String.valueOf(entry.getFileName());
  }

  /** A name that this process's locale cannot write cannot be opened either. */
  static boolean configures(String name) {
    return CONFIGURES.matcher(name).matches() && Paths.plain(name) && name.indexOf('\uFFFD') < 0;
  }

  /** Empty where there is no regular file at this path. */
  static Optional<State> state(Path root, String path) throws IOException {
    if (!Paths.plain(path)) {
      return Optional.empty();
    }
    try {
      Path real = root.resolve(path).toRealPath();
      boolean inside = real.startsWith(root) && !real.equals(root);
      boolean regular = inside && Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS);
      return regular ? Optional.of(state(root, real)) : Optional.empty();
    } catch (AccessDeniedException e) {
      throw e;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      // A path below a file, or links in a circle.
      return Optional.empty();
    }
  }

  @SuppressWarnings("unchecked")
  private static State state(Path root, Path real) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(
            real, "unix:size,lastModifiedTime,ctime,ino,permissions", LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> permissions = (Set<PosixFilePermission>) get(unix, "permissions");
    return new State(
        root.relativize(real).toString(),
        (Long) get(unix, "size"),
        (FileTime) get(unix, "lastModifiedTime"),
        (FileTime) get(unix, "ctime"),
        get(unix, "ino"),
        permissions.contains(PosixFilePermission.OWNER_EXECUTE));
  }

  private static Object get(Map<String, Object> attributes, String name) throws IOException {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IOException("its file system knows no " + name);
    }
    return value;
  }

  /**
   * The content as it is at this moment; it may be torn, which only its state before and after
   * tells.
   */
  static byte[] read(Path root, State file) throws IOException {
    try (DirectoryStream<Path> top = Files.newDirectoryStream(root)) {
      if (!(top instanceof SecureDirectoryStream<Path> folder)) {
        throw new IOException("its file system cannot open files folder by folder");
      }
      return read(folder, Path.of(file.real()).iterator());
    }
  }

  private static byte[] read(SecureDirectoryStream<Path> folder, Iterator<Path> path)
      throws IOException {
    Path next = path.next();
    if (path.hasNext()) {
      try (SecureDirectoryStream<Path> below =
          folder.newDirectoryStream(next, LinkOption.NOFOLLOW_LINKS)) {
        return read(below, path);
      }
    }
    try (InputStream stream =
        Channels.newInputStream(
            folder.newByteChannel(
                next, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)))) {
      byte[] bytes = stream.readNBytes(GitTree.MAX_FILE + 1);
      if (bytes.length > GitTree.MAX_FILE) {
        throw new IOException(next + " grew beyond what a configuration file may have");
      }
      return bytes;
    }
  }

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no " + missing.getFile();
      case NotDirectoryException file -> file.getFile() + " is not a directory";
      case AccessDeniedException denied ->
          "the agent may not read " + denied.getFile() + "; give it leave";
      default -> String.valueOf(e.getMessage());
    };
  }
}
