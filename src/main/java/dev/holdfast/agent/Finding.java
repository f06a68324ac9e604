package dev.holdfast.agent;

import dev.holdfast.compose.Problem;

/**
 * What is wrong, or worth knowing, in a file: {@code file:line:col: message}.
 *
 * @param file as a person or a tool can open it from where they are
 * @param line counted from 1; 1 also where the file as a whole is meant
 */
public record Finding(
    String file, int line, int column, Problem.Severity severity, String message) {
  static Finding error(String file, String message) {
    return error(file, 1, 1, message);
  }

  static Finding error(String file, int line, int column, String message) {
    return new Finding(file, line, column, Problem.Severity.ERROR, message);
  }

  static Finding of(Problem problem, String file) {
    return new Finding(
        file,
        Math.max(1, problem.line()),
        Math.max(1, problem.column()),
        problem.severity(),
        problem.message());
  }

  public boolean warning() {
    return severity != Problem.Severity.ERROR;
  }

  /** As compilers call it. */
  public String level() {
    return switch (severity) {
      case ERROR -> "error";
      case WARNING, UNSET -> "warning";
      case NOTE -> "note";
    };
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + (warning() ? level() + ": " : "") + message;
  }
}
