package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.figures;
import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Attribute.label;
import static dev.holdfast.page.Attribute.status;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.api.Actions.Action;
import dev.holdfast.api.Pulls;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory.Hold;
import dev.holdfast.model.Memory.Quarantine;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Named;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.AppView.SourceView;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.report.Change;
import dev.holdfast.report.Dora;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One app: where it stands, what runs, what is going on, and what was. */
final class AppPage {
  private static final int HISTORY = 25;
  private final Apps apps;
  private final Pulls pulls;
  private final Viewer viewer;

  AppPage(Apps apps, Pulls pulls, Viewer viewer) {
    this.apps = apps;
    this.pulls = pulls;
    this.viewer = viewer;
  }

  /**
   * @param asked what a person has just asked for here
   */
  String page(AppView view, @Nullable Action asked) {
    Optional<DeploymentRecord> running =
        Optional.ofNullable(view.deployment()).flatMap(apps::deployment);
    List<DeploymentRecord> history = apps.deployments(view.app(), HISTORY);
    Apps.Data data = apps.data(view.app());
    return Frame.live(
        view.app(),
        viewer,
        running.isPresent(),
        heading(view),
        asked(asked),
        running
            .map(record -> Rollout.running(apps, record, pulls.of(view.app()), viewer.now()))
            .orElse(Html.none()),
        Because.of(view, history),
        Waiting.card(view, viewer.now()),
        services(view),
        quarantine(view),
        BackupList.section(data, viewer.now()),
        Piece.section("history", "History", Deployments.table(history, false, viewer.now())),
        Delivery.section(view.app(), changes(view.app()), viewer.now()));
  }

  private List<Change> changes(String app) {
    return apps.changes(Dora.since(viewer.now())).stream()
        .filter(change -> change.app().equals(app))
        .toList();
  }

  private Html heading(AppView view) {
    return element(
        Tag.SECTION,
        css("card"),
        id("heading"),
        element(Tag.H1, text(view.app()), text(" "), Badge.of(view.phase())),
        reason(view),
        facts(view, viewer.now()),
        actions(view));
  }

  static Html reason(AppView view) {
    return view.reason() == null || view.reason().isEmpty()
        ? Html.none()
        : element(
            Tag.P,
            css(view.phase() == Phase.Degraded ? "reason bad" : "reason"),
            Html.lines(view.reason()));
  }

  static Html facts(AppView view, Instant now) {
    Piece.Facts facts = new Piece.Facts();
    facts.add("Version", view.version());
    facts.code("Release", view.release());
    facts.code("Commit", Words.commit(view.commit()));
    facts.add("Since", view.since() == null ? null : Piece.ago(view.since(), now));
    facts.add("Held", view.hold() == null ? null : held(view.hold(), now));
    facts.add("Still to be restored", owed(view));
    facts.add("Shells", shells(view));
    facts.add("Wanted", wanted(view));
    facts.add("Source", source(view.source(), now));
    facts.add("Source error", view.source().error());
    return facts.html();
  }

  private static Html held(Hold hold, Instant now) {
    return Html.all(text("by " + hold.by() + ", "), Piece.ago(hold.at(), now));
  }

  private static @Nullable String shells(AppView view) {
    return view.shells().isEmpty()
        ? null
        : view.shells().stream()
            .map(s -> s.by() + " in " + s.service() + " since " + Words.moment(s.since()))
            .collect(Collectors.joining("; "));
  }

  private static @Nullable String owed(AppView view) {
    return view.hold() == null || view.hold().owed().isEmpty()
        ? null
        : String.join(", ", view.hold().owed());
  }

  /** What is asked for, where it is not what runs. */
  private static @Nullable String wanted(AppView view) {
    Named desired = view.desired();
    if (desired == null || Objects.equals(desired.release(), view.release())) {
      return null;
    }
    String release = Objects.requireNonNullElse(desired.release(), "");
    return desired.version() == null ? release : desired.version() + " (" + release + ")";
  }

  private static Html source(SourceView source, Instant now) {
    Html at =
        source.checkedAt() == null
            ? Html.none()
            : Html.all(text(", read "), Piece.ago(source.checkedAt(), now));
    String ref = source.ref() == null ? "" : source.ref() + " ";
    return Html.all(
        text(source.url() + " " + ref), Piece.code(Words.commit(source.revision())), at);
  }

  private Html actions(AppView view) {
    List<Part> links = new ArrayList<>(List.of(css("actions"), label("Actions")));
    links.add(element(Tag.A, css("button"), href(Link.next(view.app())), text("What comes next")));
    if (viewer.signedIn()) {
      offered(view)
          .forEach(
              action ->
                  links.add(
                      element(
                          Tag.A,
                          css("button"),
                          href(Link.action(view.app(), action)),
                          text(ConfirmPage.title(action)))));
    } else if (viewer.canSignIn()) {
      String here = Link.app(view.app()).text();
      links.add(element(Tag.A, css("button"), href(Link.signIn(here)), text("Sign in to act")));
    } else {
      links.add(
          element(
              Tag.P,
              css("quiet"),
              text("This page can act once agent.yaml names an api.token-file.")));
    }
    return element(Tag.NAV, links.toArray(Part[]::new));
  }

  /** What makes sense now, and what somebody is asked for first. */
  private static List<Action> offered(AppView view) {
    List<Action> offered = new ArrayList<>(Waiting.offered(view));
    offered.add(Action.SYNC);
    offered.add(view.hold() == null ? Action.HOLD : Action.RESUME);
    if (!view.quarantined().isEmpty()) {
      offered.add(Action.RETRY);
    }
    if (view.release() != null) {
      offered.add(Action.ROLLBACK);
      offered.add(Action.BACKUP);
    }
    return offered;
  }

  private static Html asked(@Nullable Action asked) {
    return asked == null
        ? Html.none()
        : element(
            Tag.P,
            css("notice"),
            id("asked"),
            status(),
            text("Asked to " + asked.text() + ". The agent does it now; this page shows it."));
  }

  private Html services(AppView view) {
    Html table =
        view.services().isEmpty()
            ? element(Tag.P, css("quiet"), text("Nothing is known of its services yet."))
            : Services.table(view.services(), apps.usage(view.app()));
    return element(Tag.DIV, figures(), id("figures"), Piece.section("services", "Services", table));
  }

  private Html quarantine(AppView view) {
    if (view.quarantined().isEmpty()) {
      return Html.none();
    }
    Piece.Table table = new Piece.Table("Release", "Failed", "Why", "Tried again");
    for (Quarantine q : view.quarantined()) {
      Instant retry = q.retryAt();
      table.row(
          element(Tag.A, href(Link.deployment(q.deployment())), text(q.release())),
          Piece.ago(q.at(), viewer.now()),
          text(q.reason()),
          text(retry == null ? "when a person says retry" : Words.moment(retry)));
    }
    return Piece.section("quarantine", "Quarantine", table.html());
  }
}
