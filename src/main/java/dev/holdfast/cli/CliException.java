package dev.holdfast.cli;

/** Ends a command with a message on standard error and an exit code of contract §6. */
final class CliException extends RuntimeException {
  private static final long serialVersionUID = 1;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int CHANGES = 3;
  static final int NO_AGENT = 4;
  private final int code;

  CliException(int code, String message) {
    super(message);
    this.code = code;
  }

  int code() {
    return code;
  }
}
