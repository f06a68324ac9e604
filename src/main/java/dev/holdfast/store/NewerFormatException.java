package dev.holdfast.store;

import java.nio.file.Path;

/**
 * A file was written by a newer agent. It is neither read nor replaced, so that going back to that
 * agent finds it whole; the app it belongs to waits for a person.
 */
public final class NewerFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  NewerFormatException(Path file, int format, int known) {
    super(
        file
            + " has format "
            + format
            + " and this agent knows formats up to "
            + known
            + ": a newer agent wrote it; run that agent again, or move the file away");
  }
}
