package dev.holdfast.git;

/** A git command that failed. */
final class GitException extends Exception {
  private static final long serialVersionUID = 1;
  private final boolean timedOut;

  /**
   * @param reason without secrets
   */
  GitException(String reason, boolean timedOut) {
    super(reason);
    this.timedOut = timedOut;
  }

  String reason() {
    return String.valueOf(getMessage());
  }

  /** It was stopped for its time, so that trying again at once would only take as long again. */
  boolean timedOut() {
    return timedOut;
  }
}
