package dev.holdfast.docker;

import org.jspecify.annotations.Nullable;

/** A call to the engine that did not succeed, named by what is known afterwards. */
public abstract sealed class EngineException extends RuntimeException {
  private EngineException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** It cannot be reached: nothing is known, and nothing may be concluded. */
  public static final class Unreachable extends EngineException {
    public Unreachable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * A timeout, a cut connection or a 5xx: it may have been done all the same. Look before doing it
   * again.
   */
  public static final class Ambiguous extends EngineException {
    public Ambiguous(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** What the call named is not there. */
  public static final class NotFound extends EngineException {
    public NotFound(String message) {
      super(message, null);
    }
  }

  /** A name or port that is taken, or a state that forbids it. */
  public static final class Conflict extends EngineException {
    public Conflict(String message) {
      super(message, null);
    }
  }

  /** The engine understood and refused; asking again will not help. */
  public static final class Refused extends EngineException {
    public Refused(String message) {
      super(message, null);
    }
  }

  /**
   * A container does not run after an error of the engine, which has one word for what will never
   * work (a device that is not there) and for what works a moment later.
   */
  public static final class NotStarted extends EngineException {
    public NotStarted(String message) {
      super(message, null);
    }
  }

  /**
   * What an engine that died had half started of a container stands in its way for good: this
   * container will never run, and another of the same kind will.
   */
  public static final class Stuck extends EngineException {
    public Stuck(String message) {
      super(message, null);
    }
  }

  /**
   * The server itself lacks what the engine needs, whatever is asked of it: no release is to blame,
   * and a person has to mend it.
   */
  public static final class HostBroken extends EngineException {
    public HostBroken(String message) {
      super(message, null);
    }
  }

  /** A command was still running in its container when its time was over; it may run on. */
  public static final class TimedOut extends EngineException {
    public TimedOut(String message) {
      super(message, null);
    }
  }
}
