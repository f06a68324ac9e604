package dev.holdfast.config;

/**
 * What is wrong in agent.yaml, where, and what to do; line and column count from 1. No value of a
 * variable is in the text.
 */
public record ConfigProblem(String file, int line, int column, String message) {
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": " + message;
  }
}
