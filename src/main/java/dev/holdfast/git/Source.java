package dev.holdfast.git;

import dev.holdfast.compose.SourceTree;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where an app's definition comes from. One instance an app, used by one thread at a time. */
public interface Source {
  /**
   * What the source says now. The remote is asked each time; what did not change is not fetched
   * again.
   *
   * @throws SourceException when it cannot be asked: that is "unknown", never "nothing desired"
   */
  Snapshot look();

  /**
   * One revision of an app's files.
   *
   * @param revision the commit's full hash, or for a directory the hash of its files
   * @param ref the ref's full name; null for a directory
   * @param commitTime null for a directory
   */
  record Snapshot(
      String revision, @Nullable String ref, @Nullable Instant commitTime, SourceTree tree) {}
}
