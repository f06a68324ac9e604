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
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A copied file or folder as it lies on the disk, under the name {@value #NAME}; a source of its
 * own, so that it is hashed as the one it was copied from.
 *
 * @param attributes of each file and folder, by its path below the slot
 */
record CopiedContent(Path slot, SortedMap<String, Map<String, Object>> attributes)
    implements SourceTree {
  static final String NAME = "content";
  private static final String WANTED =
      "unix:mode,size,lastModifiedTime,ctime,ino,isRegularFile,isDirectory";
  private static final int READ_BY_ALL = 0444;
  private static final int ENTER_BY_ALL = 0555;
  private static final int EXECUTE = 0100;

  /**
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  static CopiedContent look(Path slot) throws IOException {
    SortedMap<String, Map<String, Object>> found = new TreeMap<>();
    Files.walkFileTree(
        slot.resolve(NAME),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes ignored)
              throws IOException {
            return visitFile(folder, ignored);
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes ignored)
              throws IOException {
            found.put(
                slot.relativize(file).toString(),
                Files.readAttributes(file, WANTED, LinkOption.NOFOLLOW_LINKS));
            return FileVisitResult.CONTINUE;
          }
        });
    return new CopiedContent(slot, found);
  }

  /** Differs when anything in it was written, replaced, added, removed or given other rights. */
  String stamp() {
    StringBuilder text = new StringBuilder();
    attributes.forEach(
        (path, values) ->
            text.append(path).append('\0').append(new TreeMap<>(values)).append('\n'));
    return Hashes.sha256(text.toString());
  }

  /**
   * Whether it is made of folders and plain files alone, any user may read them, and its hash is
   * this one.
   */
  boolean is(String hash) throws IOException {
    try {
      return attributes.values().stream().allMatch(CopiedContent::isReadableByAll)
          && ContentHash.of(this, NAME).equals(Optional.of(hash));
    } catch (UncheckedIOException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static boolean isReadableByAll(Map<String, Object> values) {
    boolean folder = is(values, "isDirectory");
    int needed = folder ? ENTER_BY_ALL : READ_BY_ALL;
    return (folder || is(values, "isRegularFile")) && (mode(values) & needed) == needed;
  }

  @Override
  public Optional<byte[]> file(String path) {
    return attributes.containsKey(path) ? Optional.of(read(path)) : Optional.empty();
  }

  @Override
  public SortedMap<String, Tracked> under(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    SortedMap<String, Tracked> files = new TreeMap<>();
    attributes.forEach(
        (path, values) -> {
          if (path.startsWith(prefix) && !is(values, "isDirectory")) {
            files.put(
                path.substring(prefix.length()),
                new Tracked(Hashes.sha256(read(path)), (mode(values) & EXECUTE) != 0));
          }
        });
    return files;
  }

  private byte[] read(String path) {
    try {
      return Files.readAllBytes(slot.resolve(path));
    } catch (IOException e) {
      throw DurableFiles.failed("read " + slot.resolve(path), e);
    }
  }

  private static boolean is(Map<String, Object> values, String what) {
    return Boolean.TRUE.equals(values.get(what));
  }

  private static int mode(Map<String, Object> values) {
    return values.get("mode") instanceof Integer mode ? mode : 0;
  }
}
