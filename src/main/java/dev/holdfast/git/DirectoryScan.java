package dev.holdfast.git;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The regular files below a directory and their state, without their content. Symbolic links,
 * sockets and {@code .git} are left out, and so are the files and folders that the file {@value
 * #IGNORE_FILE} in the directory names, one path a line: data that a service writes is no
 * configuration.
 */
final class DirectoryScan extends SimpleFileVisitor<Path> {
  static final String IGNORE_FILE = ".holdfastignore";
  static final int MAX_FILES = 2_000;
  private static final long MAX_TOTAL = 256L << 20;
  private static final long YOUNG_MILLIS = 50;
  private final Path root;
  private final Set<String> ignored;
  private final SortedMap<String, FileState> files = new TreeMap<>();
  private long total;

  /**
   * @param changed the inode's change time, which no program can set back
   */
  record FileState(
      long size, FileTime modified, FileTime changed, Object inode, boolean executable) {
    /** So young that another change could get the same time from the kernel's coarse clock. */
    boolean young(long nowMillis) {
      return Math.abs(nowMillis - changed.toMillis()) < YOUNG_MILLIS;
    }
  }

  private DirectoryScan(Path root, Set<String> ignored) {
    this.root = root;
    this.ignored = ignored;
  }

  /**
   * @throws SourceException where there is more than a configuration holds
   */
  static SortedMap<String, FileState> of(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw new NotDirectoryException(root.toString());
    }
    DirectoryScan scan = new DirectoryScan(root, ignored(root));
    Files.walkFileTree(root, scan);
    return scan.files;
  }

  private static Set<String> ignored(Path root) throws IOException {
    Set<String> ignored = new HashSet<>();
    Path file = root.resolve(IGNORE_FILE);
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      String text = new String(DirectorySource.read(file), java.nio.charset.StandardCharsets.UTF_8);
      text.lines()
          .map(String::strip)
          .filter(line -> !line.isEmpty() && !line.startsWith("#"))
          .map(line -> line.replaceAll("^(\\./|/)+|/+$", ""))
          .forEach(ignored::add);
    }
    return ignored;
  }

  private String relative(Path path) {
    return root.relativize(path).toString();
  }

  @Override
  public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
    boolean leftOut = !folder.equals(root) && leftOut(relative(folder));
    return leftOut ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
  }

  /** A name that this process's locale cannot write cannot be opened either. */
  private boolean leftOut(String path) {
    return ignored.contains(path) || !Paths.plain(path) || path.indexOf('\uFFFD') >= 0;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    String path = relative(file);
    if (!attributes.isRegularFile() || leftOut(path)) {
      return FileVisitResult.CONTINUE;
    }
    total += attributes.size();
    if (attributes.size() > GitTree.MAX_FILE) {
      throw tooMuch("'" + path + "' has " + (attributes.size() >> 20) + " MiB");
    }
    if (files.size() >= MAX_FILES) {
      throw tooMuch("it holds more than " + MAX_FILES + " files");
    }
    if (total > MAX_TOTAL) {
      throw tooMuch("its files have more than " + (MAX_TOTAL >> 20) + " MiB");
    }
    files.put(path, state(file));
    return FileVisitResult.CONTINUE;
  }

  private SourceException tooMuch(String what) {
    return new SourceException(
        "could not use "
            + root
            + " because "
            + what
            + ", which is more than a configuration has; keep data in volumes or elsewhere, or"
            + " list it in "
            + IGNORE_FILE,
        null);
  }

  @SuppressWarnings("unchecked")
  private static FileState state(Path file) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(
            file, "unix:size,lastModifiedTime,ctime,ino,permissions", LinkOption.NOFOLLOW_LINKS);
    FileTime changed = (FileTime) get(unix, "ctime");
    Set<PosixFilePermission> permissions = (Set<PosixFilePermission>) get(unix, "permissions");
    return new FileState(
        (Long) get(unix, "size"),
        (FileTime) get(unix, "lastModifiedTime"),
        changed,
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

  static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no " + missing.getFile();
      case NotDirectoryException file -> file.getFile() + " is not a directory";
      case AccessDeniedException denied ->
          "the agent may not read "
              + denied.getFile()
              + "; give it leave, or list the path in "
              + IGNORE_FILE;
      default -> String.valueOf(e.getMessage());
    };
  }
}
