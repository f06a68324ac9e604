package dev.holdfast.page;

import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.UpdateGap;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** Deployments, a row each. */
final class Deployments {
  private Deployments() {}

  static Html table(List<DeploymentRecord> records, boolean withApp, Instant now) {
    if (records.isEmpty()) {
      return element(Tag.P, Attribute.css("quiet"), text("No deployment yet."));
    }
    Piece.Table table =
        withApp
            ? new Piece.Table("Began", "App", "Version", "Outcome", "Took", "Gap", "Cause")
            : new Piece.Table("Began", "Version", "Outcome", "Took", "Gap", "Cause");
    for (DeploymentRecord record : records) {
      Html began =
          element(
              Tag.A,
              href(Link.deployment(record.deploymentId())),
              Piece.ago(record.timestamp(), now));
      if (withApp) {
        Html app = element(Tag.A, href(Link.app(record.app())), text(record.app()));
        table.row(
            began, app, version(record), outcome(record), took(record), gap(record), why(record));
      } else {
        table.row(began, version(record), outcome(record), took(record), gap(record), why(record));
      }
    }
    return table.html();
  }

  static Html version(DeploymentRecord record) {
    return record.version() == null ? Piece.code(record.release()) : text(record.version());
  }

  private static Html outcome(DeploymentRecord record) {
    return Badge.of(record.status());
  }

  private static Html took(DeploymentRecord record) {
    return text(Words.took(record.timestamp(), record.endedAt()));
  }

  /** The longest that a service was away. */
  private static Html gap(DeploymentRecord record) {
    return text(
        record.gaps().values().stream()
            .max(Comparator.comparingLong(UpdateGap::milliseconds))
            .map(gap -> Words.gap(gap.milliseconds()))
            .orElse(""));
  }

  private static Html why(DeploymentRecord record) {
    return text(record.failure() == null ? record.cause() : record.failure().reason());
  }

  static String gaps(DeploymentRecord record) {
    return record.gaps().entrySet().stream()
        .map(
            gap ->
                gap.getKey()
                    + " "
                    + Words.gap(gap.getValue().milliseconds())
                    + (gap.getValue().measuredBy() == UpdateGap.By.ENGINE
                        ? " (by the engine's times)"
                        : ""))
        .collect(Collectors.joining(", "));
  }
}
