package dev.holdfast.model;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * One entry of {@code x-holdfast.backup}; its name is its key in {@link RolloutSpec#backups}.
 *
 * @param timeout for each of its commands, and for reading what is copied
 */
public record Backup(From from, Duration timeout) {
  public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(30);

  /** What it is made of. */
  public sealed interface From {
    /** The service in whose containers, or through whose mounts, it is taken. */
    String service();

    /**
     * What a command prints in the service's running container.
     *
     * @param verify gets the backup on its input and must end with 0; empty: none
     * @param restore gets the backup on its input; empty: this backup is restored by hand
     */
    record Command(String service, List<String> command, List<String> verify, List<String> restore)
        implements From {
      public Command {
        command = List.copyOf(command);
        verify = List.copyOf(verify);
        restore = List.copyOf(restore);
      }
    }

    /**
     * A tar of what a service mounts.
     *
     * @param source the volume's key under {@code volumes:}, or a path below the project directory
     * @param service one that can write there
     * @param target where that one has it
     * @param pause whether what uses it is paused meanwhile
     */
    record Mounted(Kind kind, String source, String service, String target, boolean pause)
        implements From {}
  }

  /** Where the data lies that is copied. */
  public enum Kind {
    VOLUME,
    FILES;

    /** As in messages and in the backup's note. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether the agent itself can put it back. */
  public boolean canBeRestored() {
    return !(from instanceof From.Command command) || !command.restore().isEmpty();
  }
}
