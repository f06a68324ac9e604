package dev.holdfast.plan;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** A whole ordered plan. Its text is the log, the dry run and the golden test. */
public record Plan(List<Step> steps) {
  public static final Plan EMPTY = new Plan(List.of());

  public Plan {
    steps = List.copyOf(steps);
  }

  public boolean isEmpty() {
    return steps.isEmpty();
  }

  public String text() {
    return steps.stream().map(Plan::line).collect(Collectors.joining("\n"));
  }

  private static String line(Step step) {
    String service = Objects.requireNonNullElse(step.service(), "-");
    return "%-12s  %-12s  %s  <- %s"
        .formatted(step.stage().text(), service, step.what(), step.cause());
  }
}
