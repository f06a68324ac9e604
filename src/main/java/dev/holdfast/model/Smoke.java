package dev.holdfast.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A test that must pass before a release is confirmed. */
public sealed interface Smoke {
  /**
   * From the host, as a user would; redirects are not followed. {@code body}: text that the answer
   * must contain, or null.
   */
  record Http(String url, int status, @Nullable String body) implements Smoke {}

  /** In the service's container; exit status 0 passes. */
  record Command(String service, List<String> command) implements Smoke {
    public Command {
      command = List.copyOf(command);
    }
  }
}
