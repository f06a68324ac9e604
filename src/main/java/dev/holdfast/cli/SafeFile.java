package dev.holdfast.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Objects;

/**
 * A text file that is replaced whole: written beside it, forced to disk, given the mode, owner and
 * group of the old one, and renamed over it. A symbolic link stays one, its target is replaced.
 */
final class SafeFile {
  private static final long LARGEST = 1 << 20;
  private final Path file;
  private final String text;

  private SafeFile(Path file, String text) {
    this.file = file;
    this.text = text;
  }

  static SafeFile open(Path named) {
    try {
      Path file = named.toRealPath();
      if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > LARGEST) {
        throw failed(named, "it is no file of at most 1 MiB");
      }
      return new SafeFile(file, Files.readString(file));
    } catch (NoSuchFileException e) {
      throw failed(named, "there is no such file");
    } catch (CharacterCodingException e) {
      throw failed(named, "it is not UTF-8");
    } catch (IOException e) {
      throw failed(named, String.valueOf(e.getMessage()));
    }
  }

  String text() {
    return text;
  }

  void replace(String content) {
    Path beside = null;
    try {
      Path folder = Objects.requireNonNull(file.getParent(), "a real path of a file has a folder");
      beside = Files.createTempFile(folder, "." + file.getFileName() + ".", ".new");
      write(beside, content);
      likeOld(beside);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
      force(folder);
    } catch (IOException e) {
      discard(beside);
      throw failed(file, e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }

  private static void write(Path target, String content) throws IOException {
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private void likeOld(Path target) throws IOException {
    PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
    PosixFileAttributes made = Files.readAttributes(target, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(target, PosixFileAttributeView.class);
    // Only root may give a file away; where nothing changes, nobody needs to.
    if (!old.owner().equals(made.owner())) {
      view.setOwner(old.owner());
    }
    if (!old.group().equals(made.group())) {
      view.setGroup(old.group());
    }
    view.setPermissions(old.permissions());
  }

  private static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void discard(@org.jspecify.annotations.Nullable Path beside) {
    try {
      if (beside != null) {
        Files.deleteIfExists(beside);
      }
    } catch (IOException e) {
      // The reason why it could not be written is told; a file left beside it is named by its
      // suffix.
      return;
    }
  }

  private static CliException failed(Path file, String reason) {
    return new CliException(CliException.USAGE, "could not edit " + file + " because " + reason);
  }
}
