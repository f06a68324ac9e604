package dev.holdfast.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code x-holdfast.migrate}.
 *
 * @param status a command that says what would be applied and changes nothing; null: none is known
 */
public record Migration(
    String service,
    List<String> command,
    Mode mode,
    Environment environment,
    Duration timeout,
    OnRollback onRollback,
    @Nullable List<String> status) {
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(10);

  public Migration {
    command = List.copyOf(command);
    status = status == null ? null : List.copyOf(status);
  }

  /**
   * RUN: a one-off container of the new image before any service is touched. EXEC: in the service's
   * new container, once healthy.
   */
  public enum Mode {
    RUN,
    EXEC
  }

  /** What happens when the release fails after this migration has run. */
  public sealed interface OnRollback {
    /** The old release runs on the new schema (expand and contract). */
    record Keep() implements OnRollback {}

    /** Run in the new image first, then put the old release back. */
    record Command(List<String> command) implements OnRollback {
      public Command {
        command = List.copyOf(command);
      }
    }

    /** Restore this backup first, then put the old release back. */
    record Restore(String backup) implements OnRollback {}

    /** The old release cannot run on the new schema: leave things, hold the app, call a person. */
    record Hold() implements OnRollback {}
  }
}
