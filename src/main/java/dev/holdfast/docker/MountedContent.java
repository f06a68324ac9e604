package dev.holdfast.docker;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What lies at a path of this server, as the source of a mount that a container has. */
@FunctionalInterface
public interface MountedContent {
  /** No content is what is wanted. */
  MountedContent UNKNOWN = (path, hash, since) -> false;

  /**
   * Whether the file or folder has the content of this hash, and a container that runs since this
   * instant sees it: one that mounts a file keeps the one that was there when it started.
   */
  boolean isAt(String path, String contentHash, @Nullable Instant since);
}
