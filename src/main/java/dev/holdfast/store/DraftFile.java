package dev.holdfast.store;

import dev.holdfast.backup.Draft;
import dev.holdfast.backup.Saved;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A backup on its way to the disk: content, zstd, digest, file. Neither the content nor the file is
 * ever in memory whole. The file has a temporary name until its note is written: what has another
 * name is a backup, or none of the agent's. One that stands under the same name is replaced by a
 * good one only.
 */
final class DraftFile implements Draft {
  private final Path file;
  private final Path temporary;
  private final FileChannel channel;
  private final Tally compressed;
  private final Sink sink;
  private final Commit commit;
  private volatile @Nullable String failure;
  private boolean noting;
  private boolean committed;

  /** Writes the note. */
  @FunctionalInterface
  interface Commit {
    void note(Path file, Saved taken);
  }

  DraftFile(Path file, DiskRoom room, Commit commit) throws IOException {
    this.file = file;
    this.commit = commit;
    temporary = DurableFiles.temporary(file);
    Files.deleteIfExists(temporary);
    channel =
        FileChannel.open(
            temporary,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(DurableFiles.PRIVATE));
    compressed = new Tally(Channels.newOutputStream(channel), room);
    sink = new Sink(new ZstdOutputStream(compressed));
  }

  @Override
  public OutputStream sink() {
    return sink;
  }

  @Override
  public @Nullable String failure() {
    return failure;
  }

  @Override
  public Written complete() {
    try {
      sink.close();
      // The stream that compresses has closed the file; what it wrote is forced through another.
      try (FileChannel again = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        again.force(true);
      }
      DurableFiles.sync(DurableFiles.folderOf(file));
      return new Written(
          sink.bytes, compressed.bytes, HexFormat.of().formatHex(compressed.digest.digest()));
    } catch (IOException e) {
      throw DurableFiles.failed("write backup " + file, e);
    }
  }

  @Override
  public InputStream content() {
    try {
      return new ZstdInputStream(Files.newInputStream(temporary, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw DurableFiles.failed("read backup " + file, e);
    }
  }

  @Override
  public void commit(Saved taken) {
    noting = true;
    commit.note(file, taken);
    try {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.sync(DurableFiles.folderOf(file));
    } catch (IOException e) {
      throw DurableFiles.failed("write backup " + file, e);
    }
    committed = true;
    FormerBackup.drop(file);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      failure = DurableFiles.reason(e);
    }
    if (!committed) {
      if (noting) {
        DurableFiles.remove(BackupFiles.note(file));
        FormerBackup.recover(file);
      }
      DurableFiles.remove(temporary);
    }
  }

  /** Counts what is handed over, and remembers why it could not be taken. */
  private final class Sink extends FilterOutputStream {
    private long bytes;

    Sink(OutputStream to) {
      super(to);
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      try {
        out.write(buffer, offset, length);
        bytes += length;
      } catch (IOException e) {
        failure = "could not write backup " + file + ": " + DurableFiles.reason(e);
        throw e;
      }
    }
  }

  /** Counts and digests what goes to the disk, and looks after the room there. */
  private static final class Tally extends FilterOutputStream {
    private final DiskRoom room;
    private final MessageDigest digest = Hashes.digest();
    private long bytes;
    private long next = DiskRoom.STRIDE;

    Tally(OutputStream to, DiskRoom room) {
      super(to);
      this.room = room;
    }

    @Override
    public void write(int value) throws IOException {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      out.write(buffer, offset, length);
      digest.update(buffer, offset, length);
      bytes += length;
      if (bytes >= next) {
        room.check();
        next = bytes + DiskRoom.STRIDE;
      }
    }
  }
}
