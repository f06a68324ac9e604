package dev.holdfast.compose;

/**
 * What is wrong in a file, why, and what to do. The text never holds a value that came out of a
 * variable.
 *
 * @param line counted from 1; 0 where the file as a whole is meant
 */
public record Problem(String file, int line, int column, String message, Severity severity) {
  /**
   * An ERROR keeps the app where it is; all else is shown and goes on. UNSET is the commonest
   * warning, a variable that silently becomes empty; a NOTE tells of what has no effect here.
   */
  public enum Severity {
    ERROR,
    WARNING,
    UNSET,
    NOTE
  }

  @Override
  public String toString() {
    return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
  }
}
