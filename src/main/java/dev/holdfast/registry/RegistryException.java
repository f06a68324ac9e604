package dev.holdfast.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A registry that did not answer the question, named by what to do next. All of them mean
 * "unknown", never "changed".
 */
public abstract sealed class RegistryException extends RuntimeException {
  private RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The repository or the tag is not there (or not for this user). */
  public static final class NotFound extends RegistryException {
    public NotFound(String message) {
      super(message, null);
    }
  }

  /** 401 or 403: other credentials are needed. */
  public static final class Unauthorized extends RegistryException {
    public Unauthorized(String message) {
      super(message, null);
    }
  }

  /** 429, or our own back-off: not before {@code until}. */
  public static final class TryLater extends RegistryException {
    private final Instant until;

    public TryLater(String message, Instant until) {
      super(message, null);
      this.until = until;
    }

    public Instant until() {
      return until;
    }
  }

  /** No answer, a 5xx, or an answer that makes no sense. */
  public static final class Unavailable extends RegistryException {
    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
