package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.report.Dora;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** All apps of the server at a glance; what needs a person comes first. */
final class OverviewPage {
  private static final int RECENT = 10;
  private static final int MANY_SERVICES = 8;
  private final Apps apps;
  private final Viewer viewer;

  OverviewPage(Apps apps, Viewer viewer) {
    this.apps = apps;
    this.viewer = viewer;
  }

  String page() {
    List<AppView> views =
        apps.all().stream()
            .sorted(Comparator.comparingInt(OverviewPage::urgency).thenComparing(AppView::app))
            .toList();
    String server = views.isEmpty() ? "Holdfast" : views.getFirst().server();
    boolean busy = views.stream().anyMatch(view -> view.deployment() != null);
    List<Html> content = new ArrayList<>(List.of(heading(server, views)));
    views.forEach(view -> content.add(card(view)));
    content.add(
        Piece.section(
            "recent",
            "Recent deployments",
            Deployments.table(apps.deployments(null, RECENT), true, viewer.now())));
    content.add(Delivery.section(null, apps.changes(Dora.since(viewer.now())), viewer.now()));
    return Frame.live(server, viewer, busy, content.toArray(Html[]::new));
  }

  private static int urgency(AppView view) {
    return switch (view.phase()) {
      case Degraded -> 0;
      case Unknown -> 1;
      case AwaitingApproval -> 2;
      case Progressing -> 3;
      case Held, AwaitingWindow -> 4;
      case Synced -> 5;
    };
  }

  private static Html heading(String server, List<AppView> views) {
    String environment = views.isEmpty() ? "" : views.getFirst().environment();
    return element(
        Tag.DIV,
        css("heading"),
        id("heading"),
        element(
            Tag.H1, text(server), text(" "), element(Tag.SPAN, css("quiet"), text(environment))),
        element(Tag.P, css("lead"), text(lead(views))));
  }

  /** The one sentence for whoever was woken up. */
  private static String lead(List<AppView> views) {
    if (views.isEmpty()) {
      return "agent.yaml names no app.";
    }
    List<String> ill = named(views, List.of(Phase.Degraded, Phase.Unknown));
    List<String> waiting = named(views, List.of(Phase.AwaitingApproval));
    if (!ill.isEmpty()) {
      return "Needs a look: " + String.join(", ", ill) + ".";
    }
    if (!waiting.isEmpty()) {
      return "Waits for approval: " + String.join(", ", waiting) + ".";
    }
    List<String> moving = named(views, List.of(Phase.Progressing));
    if (!moving.isEmpty()) {
      return "Rolling out: " + String.join(", ", moving) + ".";
    }
    long synced = views.stream().filter(view -> view.phase() == Phase.Synced).count();
    return synced == views.size()
        ? "All is well: " + Words.count(views.size(), "app") + " in sync."
        : synced + " of " + Words.count(views.size(), "app") + " in sync, none needs help.";
  }

  private static List<String> named(List<AppView> views, List<Phase> phases) {
    return views.stream()
        .filter(view -> phases.contains(view.phase()))
        .map(AppView::app)
        .collect(Collectors.toList());
  }

  private Html card(AppView view) {
    return element(
        Tag.SECTION,
        css("card"),
        id("app-" + view.app()),
        element(
            Tag.H2,
            element(Tag.A, href(Link.app(view.app())), text(view.app())),
            text(" "),
            Badge.of(view.phase())),
        AppPage.reason(view),
        AppPage.facts(view, viewer.now()),
        progress(view),
        services(view));
  }

  private Html progress(AppView view) {
    String id = view.deployment();
    return id == null
        ? Html.none()
        : apps.deployment(id)
            .filter(record -> !record.steps().isEmpty())
            .map(this::progress)
            .orElse(Html.none());
  }

  private Html progress(DeploymentRecord record) {
    return Rollout.steps(List.of(record.steps().getLast()), viewer.now());
  }

  private static Html services(AppView view) {
    if (view.services().isEmpty()) {
      return Html.none();
    }
    Html table = Services.table(view.services());
    return view.services().size() <= MANY_SERVICES
        ? table
        : element(
            Tag.DETAILS,
            id("services-" + view.app()),
            element(Tag.SUMMARY, text(Services.summary(view.services()))),
            table);
  }
}
