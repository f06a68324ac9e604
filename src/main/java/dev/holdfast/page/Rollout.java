package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Attribute.label;
import static dev.holdfast.page.Attribute.max;
import static dev.holdfast.page.Attribute.value;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.api.LogStreams;
import dev.holdfast.api.Pulls.Pull;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.reconcile.Apps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A deployment's steps, how far the one that runs is, and what its commands wrote. */
final class Rollout {
  private static final int OUTPUT_BYTES = 16 << 10;

  private Rollout() {}

  static Html steps(List<StepRecord> steps, Instant now) {
    List<Part> items = new ArrayList<>(List.of(css("steps")));
    steps.forEach(step -> items.add(step(step, now)));
    return element(Tag.OL, items.toArray(Part[]::new));
  }

  private static Html step(StepRecord step, Instant now) {
    boolean runs = step.status() == StepStatus.RUNNING;
    String name = step.service() == null ? step.step() : step.step() + " " + step.service();
    return element(
        Tag.LI,
        element(
            Tag.DIV,
            css("step"),
            element(Tag.STRONG, text(name)),
            text(" "),
            Badge.of(step.status()),
            element(
                Tag.SPAN,
                css("took quiet"),
                text(Words.took(step.startedAt(), runs ? now : step.endedAt())))),
        message(step.message()));
  }

  private static Html message(@Nullable String message) {
    return message == null || message.isEmpty()
        ? Html.none()
        : element(Tag.P, css("message"), Html.lines(message));
  }

  static Html pulls(List<Pull> pulls) {
    if (pulls.isEmpty()) {
      return Html.none();
    }
    List<Part> items = new ArrayList<>(List.of(css("pulls")));
    pulls.forEach(pull -> items.add(pull(pull)));
    return element(Tag.UL, items.toArray(Part[]::new));
  }

  private static Html pull(Pull pull) {
    boolean known = pull.total() > 0;
    String far =
        known ? Words.bytes(pull.current()) + " of " + Words.bytes(pull.total()) : "begins";
    Html bar =
        known
            ? element(
                Tag.PROGRESS,
                value(Long.toString(pull.current())),
                max(Long.toString(pull.total())),
                label("pulling " + pull.image()))
            : element(Tag.PROGRESS, label("pulling " + pull.image()));
    return element(
        Tag.LI, Piece.code(pull.image()), bar, element(Tag.SPAN, css("quiet"), text(far)));
  }

  /** What the commands of the deployment wrote, the end of it. */
  static Html outputs(Apps apps, DeploymentRecord record) {
    List<Html> outputs = new ArrayList<>();
    for (String file : LogStreams.files(record)) {
      apps.outputTail(record.deploymentId(), file, OUTPUT_BYTES)
          .filter(output -> !output.isBlank())
          .ifPresent(
              output ->
                  outputs.add(
                      Html.all(
                          element(Tag.H3, text(file)),
                          Piece.output("output-" + file, "Output " + file, output))));
    }
    return Html.all(outputs);
  }

  /** The deployment that runs now. */
  static Html running(Apps apps, DeploymentRecord record, List<Pull> pulls, Instant now) {
    return Piece.section(
        "running",
        "Deployment in progress",
        element(
            Tag.P,
            element(
                Tag.A, href(Link.deployment(record.deploymentId())), text(record.deploymentId())),
            text(", because " + record.cause())),
        steps(record.steps(), now),
        pulls(pulls),
        outputs(apps, record));
  }
}
