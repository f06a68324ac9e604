package dev.holdfast.backup;

import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A backup that is being taken: first its content, then whether it is good, and last the note that
 * makes it one. Closed before that, nothing of it is left.
 */
public interface Draft extends AutoCloseable {
  /** Takes the content. It fails for a disk that is nearly full, too. */
  OutputStream sink();

  /**
   * Why the content could not be written, or null: whoever wrote to it may only know that it
   * failed.
   */
  @Nullable String failure();

  /** All of the content has been written; it lies on the disk when this returns. */
  Written complete();

  /** The content, read back from the disk. */
  InputStream content();

  /** Makes it a backup. */
  void commit(Saved taken);

  @Override
  void close();

  /**
   * @param bytes as it was handed over, {@code size} as it lies on the disk
   */
  record Written(long bytes, long size, String sha256) {}
}
