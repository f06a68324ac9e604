package dev.holdfast.agent;

import dev.holdfast.compose.Problem;

/**
 * What is wrong, or worth knowing, in a file: {@code file:line:col: message}.
 *
 * @param file as a person or a tool can open it from where they are
 * @param line counted from 1; 1 also where the file as a whole is meant
 */
public record Finding(String file, int line, int column, boolean warning, String message) {
  static Finding error(String file, String message) {
    return new Finding(file, 1, 1, false, message);
  }

  static Finding of(Problem problem, String file) {
    return new Finding(
        file,
        Math.max(1, problem.line()),
        Math.max(1, problem.column()),
        problem.severity() == Problem.Severity.WARNING,
        problem.message());
  }

  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + (warning ? "warning: " : "") + message;
  }
}
