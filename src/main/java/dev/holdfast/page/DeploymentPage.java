package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.api.Pulls;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.store.Store.LogLine;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One deployment in full: what it was for, its steps, why it failed, and what was written. */
final class DeploymentPage {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final int LOG_BYTES = 64 << 10;
  private final Apps apps;
  private final Pulls pulls;
  private final Viewer viewer;

  DeploymentPage(Apps apps, Pulls pulls, Viewer viewer) {
    this.apps = apps;
    this.pulls = pulls;
    this.viewer = viewer;
  }

  String page(DeploymentRecord record) {
    boolean runs = record.status() == Status.IN_PROGRESS;
    return Frame.live(
        record.app() + " " + record.deploymentId(),
        viewer,
        runs,
        heading(record),
        failure(record.failure()),
        Piece.section(
            "steps",
            "Steps",
            Rollout.steps(record.steps(), viewer.now()),
            runs ? Rollout.pulls(pulls.of(record.app())) : Html.none()),
        outputs(record),
        log(record));
  }

  private Html heading(DeploymentRecord record) {
    return element(
        Tag.SECTION,
        css("card"),
        id("heading"),
        element(
            Tag.H1,
            element(Tag.A, href(Link.app(record.app())), text(record.app())),
            text(" "),
            Deployments.version(record),
            text(" "),
            Badge.of(record.status())),
        element(Tag.P, css("lead"), text(record.cause())),
        facts(record));
  }

  private Html facts(DeploymentRecord record) {
    Piece.Facts facts = new Piece.Facts();
    facts.code("Deployment", record.deploymentId());
    facts.add("Server", record.server() + " (" + record.environment() + ")");
    facts.add("Began", Piece.ago(record.timestamp(), viewer.now()));
    facts.add("Took", Words.took(record.timestamp(), record.endedAt()));
    facts.code("Release", record.release());
    facts.code("Before", record.previousRelease());
    facts.code("Commit", Words.commit(record.commit()));
    facts.add("Source", join(record.gitRef(), Words.commit(record.gitSha())));
    facts.add("Updated", String.join(", ", record.servicesDeployed()));
    facts.add("Health", health(record));
    facts.add("Away", Deployments.gaps(record));
    facts.add("Rollback", record.rollbackAvailable() ? "available" : "not available");
    return facts.html();
  }

  private static String join(@Nullable String first, String second) {
    return first == null ? second : first + " " + second;
  }

  private static String health(DeploymentRecord record) {
    return record.healthChecks().entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue().name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  private static Html failure(@Nullable Failure failure) {
    if (failure == null) {
      return Html.none();
    }
    String where =
        failure.service() == null ? failure.step() : failure.step() + " of " + failure.service();
    Html tail =
        failure.logTail().isEmpty()
            ? Html.none()
            : Html.all(
                element(Tag.H3, text("The last lines that it wrote")),
                Piece.output(
                    "evidence",
                    "The last lines that it wrote",
                    String.join("\n", failure.logTail())));
    return Piece.section(
        "failure",
        "Why it failed",
        element(
            Tag.P,
            css("reason bad"),
            element(Tag.STRONG, text(where)),
            text(": "),
            Html.lines(failure.reason())),
        tail);
  }

  private Html outputs(DeploymentRecord record) {
    Html outputs = Rollout.outputs(apps, record);
    return outputs.markup().isEmpty()
        ? Html.none()
        : Piece.section("outputs", "What its commands wrote", outputs);
  }

  private Html log(DeploymentRecord record) {
    List<LogLine> lines = apps.logTail(record.deploymentId(), LOG_BYTES);
    String log = lines.stream().map(DeploymentPage::line).collect(Collectors.joining("\n"));
    return Piece.section(
        "log",
        "Log",
        element(
            Tag.P,
            css("quiet"),
            text("The end of it, times in UTC. "),
            element(Tag.A, href(Link.log(record.deploymentId())), text("All of it as text"))),
        Piece.output("log-lines", "Log", log));
  }

  private static String line(LogLine line) {
    String where = line.service() == null ? line.step() : line.step() + " " + line.service();
    return TIME.format(line.time())
        + " "
        + (line.level().equalsIgnoreCase("info") ? "" : line.level().toUpperCase(Locale.ROOT) + " ")
        + where
        + ": "
        + line.message();
  }
}
