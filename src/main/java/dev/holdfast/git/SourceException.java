package dev.holdfast.git;

import org.jspecify.annotations.Nullable;

/** The source could not be read; the app stays where it is. The message holds no credential. */
public final class SourceException extends RuntimeException {
  public SourceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
