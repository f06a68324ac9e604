package dev.holdfast.backup;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A backup that stands: what is noted beside its file, which is written last. Without it a file is
 * no backup.
 *
 * @param id of the deployment or the request that it was taken for
 * @param kind {@code command}, {@code volume} or {@code files}
 * @param source the service, the volume's key or the path
 * @param release the release that ran when it was taken; null where none was known
 * @param bytes as it was read, before it was compressed; {@code size} as it lies on the disk
 * @param sha256 of the file as it lies on the disk, in hexadecimal digits
 * @param verified whether its {@code verify} command found it good; for a tar, whether it could be
 *     read to its end
 * @param purpose what it was taken for
 * @param by the person that asked for it; null where a deployment did
 */
public record Saved(
    String app,
    String id,
    String name,
    String kind,
    String source,
    @Nullable String release,
    Instant startedAt,
    Instant takenAt,
    long bytes,
    long size,
    String sha256,
    boolean verified,
    Purpose purpose,
    @Nullable String by) {

  /** Why it was taken. */
  public enum Purpose {
    /** Before a deployment's migrations. */
    DEPLOYMENT,
    /** A person asked for it. */
    ASKED,
    /** What was there when a person asked for another backup to be restored. */
    BEFORE_RESTORE
  }
}
