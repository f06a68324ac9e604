package dev.holdfast.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A backup that another one of the same name replaces:
 *
 * <ol>
 *   <li>Its note steps aside, then its content.
 *   <li>The new note is written, then the new content gets its name.
 *   <li>What stepped aside is removed.
 * </ol>
 *
 * Wherever a death cuts that off, the new one is whole under the name, or the former one is there
 * and gets it back.
 */
final class FormerBackup {
  private FormerBackup() {}

  static void setAside(Path file) {
    move(BackupFiles.note(file), aside(BackupFiles.note(file)));
    move(file, aside(file));
  }

  /** The new one has the name. */
  static void drop(Path file) {
    DurableFiles.remove(aside(file));
    DurableFiles.remove(aside(BackupFiles.note(file)));
  }

  /**
   * The note first: beside it the new content is never taken for its own, as that gets the name
   * only where a note is.
   */
  static void recover(Path file) {
    Path note = BackupFiles.note(file);
    if (isFile(file) && isFile(note)) {
      drop(file);
      return;
    }
    if (isFile(aside(note))) {
      move(aside(note), note);
    }
    if (isFile(aside(file))) {
      move(aside(file), file);
    }
  }

  static Path aside(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".old");
  }

  private static boolean isFile(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }

  private static void move(Path from, Path to) {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.sync(DurableFiles.folderOf(to));
    } catch (IOException e) {
      throw DurableFiles.failed("rename " + from + " to " + to, e);
    }
  }
}
