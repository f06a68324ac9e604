package dev.holdfast.agent;

/**
 * One thing that `holdfast doctor` looked at.
 *
 * @param check engine, disk, clock, git, …
 * @param subject which one, such as an app; empty where there is one only
 * @param message what was found, and what to do about it
 */
public record Examination(String check, String subject, Verdict verdict, String message) {
  /** Whether the agent can do its work with it. */
  public enum Verdict {
    OK,
    WARNING,
    FAILED
  }

  public static Examination ok(String check, String subject, String message) {
    return new Examination(check, subject, Verdict.OK, message);
  }

  public static Examination warning(String check, String subject, String message) {
    return new Examination(check, subject, Verdict.WARNING, message);
  }

  public static Examination failed(String check, String subject, String message) {
    return new Examination(check, subject, Verdict.FAILED, message);
  }
}
