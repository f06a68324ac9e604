package dev.holdfast.store;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Everything durable, an app at a time. A write that returned survives a power cut; one that did
 * not leaves what was there. A file that cannot be read is set aside, reported to the log and taken
 * for missing: it never stops the agent.
 */
public interface Store {
  Memory memory(String app);

  void saveMemory(String app, Memory memory);

  /** A release by its id, with its secrets; they lie sealed on disk. */
  Optional<Release> release(String app, String id);

  void saveRelease(Release release);

  /** Removes the releases whose id is not among those to keep. */
  void keepReleases(String app, List<String> ids);

  Optional<DeploymentRecord> record(String app, String deploymentId);

  void saveRecord(DeploymentRecord record);

  /** The records of an app, newest first. */
  List<DeploymentRecord> records(String app, int limit);

  /** The ids of deployments of an app that began since then, newest first. */
  List<String> deployments(String app, Instant since);

  /** Removes records that ended before {@code before}, and none that is in progress. */
  void dropRecords(String app, Instant before);

  /**
   * Appends to {@code log.ndjson}. A log line that cannot be written is no reason to stop a
   * deployment.
   */
  void log(String app, String deploymentId, LogLine line);

  /**
   * Appends to {@code shells.ndjson}: who sat at which container, and when. It is bounded, the
   * oldest goes first.
   */
  void noteShell(String app, LogLine line);

  /** What was noted of an app's shells, oldest first: what lies in the newest part of it. */
  List<LogLine> shellNotes(String app);

  /** Of which there are such notes, whether they are in agent.yaml or not. */
  List<String> appsWithShells();

  /** The log so far, oldest first, from byte {@code offset} on. */
  LogPage readLog(String app, String deploymentId, long offset);

  /** Its newest lines, oldest first: those that lie in its last so many bytes whole. */
  List<LogLine> logTail(String app, String deploymentId, int maxBytes);

  /**
   * Appends lines to an output file of a deployment, such as {@code migrate-api.log}, dropping what
   * is beyond its bound.
   */
  Consumer<String> output(String app, String deploymentId, String file);

  /** The text of such a file. */
  Optional<String> readOutput(String app, String deploymentId, String file, int maxBytes);

  /**
   * The folder that holds the tracked files a release mounts, each below its content's hash; writes
   * those that are missing from the tree, whole or not at all, and its configs and secrets.
   *
   * @param tree null where only what is there already can be used
   * @throws java.io.UncheckedIOException when one is missing and cannot be written
   */
  Path materialise(Release release, @Nullable SourceTree tree);

  /**
   * Puts back those secrets of a release that a boot took away, so that its containers can start.
   *
   * @throws java.io.UncheckedIOException when one is missing and cannot be written
   */
  void restoreSecrets(Release release);

  /** The folder, in memory, that holds the secrets an app mounts. */
  Path secrets(String app);

  /** One line of {@code log.ndjson}. */
  record LogLine(
      Instant time, String level, String step, @Nullable String service, String message) {}

  record LogPage(List<LogLine> lines, long nextOffset) {}
}
