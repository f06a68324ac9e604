package dev.holdfast.agent;

import java.util.List;

/**
 * What came of checking one agent.yaml or one app's folder.
 *
 * @param holds what a valid one holds, such as {@code 3 services}
 */
public record Checked(String subject, List<Finding> findings, String holds) {
  public Checked {
    findings = List.copyOf(findings);
  }

  public boolean valid() {
    return findings.stream().allMatch(Finding::warning);
  }

  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
