package dev.holdfast.report;

import static dev.holdfast.report.Markdown.code;

import dev.holdfast.model.Approval;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.UpdateGap;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One deployment for the summary page of a CI job: what came of it, why, and its steps. */
public final class Summary {
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final int MOST_STEPS = 200;
  private static final int MOST_LINES = 50;
  private final DeploymentRecord record;
  private final Markdown page = new Markdown();

  private Summary(DeploymentRecord record) {
    this.record = record;
  }

  public static String of(DeploymentRecord record) {
    return new Summary(record).text();
  }

  private String text() {
    page.heading(2, code(record.app()) + " " + named() + ": " + outcome(record.status()));
    facts();
    Failure failure = record.failure();
    if (failure != null) {
      failed(failure);
    }
    steps();
    return page.text();
  }

  private String named() {
    return code(Objects.requireNonNullElse(record.version(), record.release()));
  }

  /** In words for who only looks at the heading. */
  private static String outcome(Status status) {
    return switch (status) {
      case IN_PROGRESS -> "in progress";
      case SUCCEEDED -> "succeeded";
      case FAILED -> "failed, nothing was touched";
      case ROLLED_BACK -> "rolled back";
      case ROLLBACK_FAILED -> "failed, and the way back failed too";
      case DEGRADED -> "runs, and needs a person";
      case SUPERSEDED -> "superseded by a newer one";
    };
  }

  private void facts() {
    page.row("", "").rule(2);
    fact("Server", record.server() + " (" + record.environment() + ")");
    fact("Cause", record.cause());
    fact("Deployment", record.deploymentId());
    fact("Release", record.release());
    fact("Before", record.previousRelease());
    fact("Application's commit", record.commit());
    fact("Source", joined(record.gitRef(), record.gitSha()));
    ours("Began", MOMENT.format(record.timestamp()));
    ours("Took", took(record.timestamp(), record.endedAt()));
    fact("Updated", String.join(", ", record.servicesDeployed()));
    fact("Health", health());
    fact("Away", away());
    approval(record.approval());
    if (record.passedWindow() != null) {
      fact(
          "Through a closed window",
          record.passedWindow().by() + ": " + record.passedWindow().reason());
    }
    ours("The way back", record.rollbackAvailable() ? "is there" : "is not there");
    page.gap();
  }

  private void approval(@Nullable Approval approval) {
    if (approval != null) {
      fact("Approval", approval.said());
    }
  }

  private void fact(String name, @Nullable String foreign) {
    ours(name, foreign == null ? "" : code(foreign));
  }

  private void ours(String name, String value) {
    if (!value.isEmpty()) {
      page.row(name, value);
    }
  }

  private void failed(Failure failure) {
    String service = failure.service() == null ? "" : " of " + code(failure.service());
    page.heading(3, "Why");
    page.paragraph("At " + code(failure.step()) + service + ": " + code(failure.reason()));
    List<String> tail = failure.logTail().stream().flatMap(String::lines).toList();
    if (!tail.isEmpty()) {
      page.block(tail.subList(Math.max(0, tail.size() - MOST_LINES), tail.size()));
    }
  }

  private void steps() {
    if (record.steps().isEmpty()) {
      return;
    }
    page.heading(3, "Steps");
    page.row("Step", "Service", "Status", "Took", "").rule(5);
    record.steps().stream().limit(MOST_STEPS).forEach(this::step);
    page.gap();
    if (record.steps().size() > MOST_STEPS) {
      page.paragraph((record.steps().size() - MOST_STEPS) + " more are left out.");
    }
  }

  private void step(StepRecord step) {
    page.row(
        step.step(),
        step.service() == null ? "" : code(step.service()),
        step.status().name().toLowerCase(Locale.ROOT),
        took(step.startedAt(), step.endedAt()),
        step.message() == null ? "" : code(step.message()));
  }

  private String health() {
    return record.healthChecks().entrySet().stream()
        .map(check -> check.getKey() + " " + check.getValue().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private String away() {
    return record.gaps().entrySet().stream().map(Summary::away).collect(Collectors.joining(", "));
  }

  private static String away(Map.Entry<String, UpdateGap> gap) {
    return gap.getKey() + " " + gap.getValue().milliseconds() + " ms";
  }

  private static @Nullable String joined(@Nullable String first, @Nullable String second) {
    if (first == null || second == null) {
      return first == null ? second : first;
    }
    return first + " " + second;
  }

  private static String took(Instant from, @Nullable Instant to) {
    if (to == null) {
      return "";
    }
    Duration took = to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
    return took.toSeconds() < 60
        ? String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0)
        : took.toMinutes() + " min " + took.toSecondsPart() + " s";
  }
}
