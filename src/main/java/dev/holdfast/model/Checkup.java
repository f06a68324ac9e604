package dev.holdfast.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the engine makes of a container's healthcheck: the check that is in force, the image's and
 * Compose's put together, and its last runs.
 *
 * @param command to be run in the container to ask the same question; empty where it is not known
 * @param runs oldest first; the engine keeps the last five
 */
public record Checkup(
    List<String> command,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    int retries,
    List<Run> runs) {
  /** An engine that is slow must not look like one that has stopped checking. */
  private static final int MISSED = 3;

  private static final Duration LEAST = Duration.ofSeconds(10);

  /** How an engine begins the output of a check that was given up; its exit code is -1 too. */
  private static final String TOO_LATE = "Health check exceeded timeout";

  /** In what an engine says of a command that the image does not have, or that may not be run. */
  private static final String COMMAND_FAILED = "exec: \"";

  public Checkup {
    command = List.copyOf(command);
    runs = List.copyOf(runs);
  }

  /** One run; exit code -1: it was given up, or the engine could not run it. */
  public record Run(Instant end, int exitCode, String output) {
    /**
     * The engine's trouble, or a command that the image does not have; no answer of the service.
     */
    boolean couldNotRun() {
      return exitCode < 0 && !output.startsWith(TOO_LATE);
    }

    boolean commandMissing() {
      return couldNotRun() && output.contains(COMMAND_FAILED);
    }
  }

  /**
   * Whether the engine has stopped asking: the last run, or the start where there was none, lies
   * several intervals back. An engine that is restarted under live-restore goes on showing what it
   * knew (moby#41871).
   */
  public boolean isFrozen(@Nullable Instant started, Instant now) {
    Instant last = runs.isEmpty() ? started : runs.getLast().end();
    if (started != null && last != null && last.isBefore(started)) {
      last = started;
    }
    if (last == null) {
      return false;
    }
    Duration patience = interval.plus(timeout).multipliedBy(MISSED);
    return Duration.between(last, now).compareTo(patience.compareTo(LEAST) < 0 ? LEAST : patience)
        > 0;
  }

  /**
   * Why the engine cannot ask, where none of its last {@code retries} runs got an answer; else
   * null.
   */
  public @Nullable String cannotRun() {
    List<Run> last = runs.subList(Math.max(0, runs.size() - Math.max(retries, 1)), runs.size());
    return !last.isEmpty() && last.stream().allMatch(Run::couldNotRun)
        ? firstLine(last.getLast().output())
        : null;
  }

  /** It cannot run it, and that is not the image's fault. */
  public boolean isEnginesTrouble() {
    return cannotRun() != null && !runs.getLast().commandMissing();
  }

  /** How long the engine needs at most, from a start on, to make up its mind. */
  public Duration longest() {
    return startPeriod.plus(interval.plus(timeout).multipliedBy(Math.max(retries, 1)));
  }

  private static String firstLine(String output) {
    return Objects.requireNonNullElse(output.lines().findFirst().orElse(null), "").strip();
  }
}
