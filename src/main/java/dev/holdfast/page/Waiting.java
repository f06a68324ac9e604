package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.name;
import static dev.holdfast.page.Attribute.type;
import static dev.holdfast.page.Attribute.value;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.api.Actions.Action;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Approval;
import java.time.Instant;
import java.util.List;

/** The release that waits for a person: what is to be known of it, and what can be said to it. */
final class Waiting {
  private static final String WAITS = "waiting";

  private Waiting() {}

  /** What can be said to it now. */
  static List<Action> offered(AppView view) {
    Approval approval = view.approval();
    if (approval == null || view.hold() != null) {
      return List.of();
    }
    if (approval.state().equals(WAITS)) {
      return List.of(Action.APPROVE, Action.REJECT);
    }
    return view.awaits() == AppView.Awaits.WINDOW ? List.of(Action.REJECT) : List.of();
  }

  static Html card(AppView view, Instant now) {
    Approval approval = view.approval();
    if (approval == null) {
      return Html.none();
    }
    Piece.Facts facts = new Piece.Facts();
    facts.code("Release", approval.release());
    facts.add("State", approval.state());
    facts.add("By", approval.by());
    facts.add("When", approval.at() == null ? null : Piece.ago(approval.at(), now));
    facts.add("Why", approval.reason());
    facts.add("Waits since", approval.since() == null ? null : Piece.ago(approval.since(), now));
    facts.add("Expires", approval.expiresAt() == null ? null : Words.moment(approval.expiresAt()));
    AppView.Rollback rollback = view.rollback();
    facts.add("Way back", rollback == null ? null : rollback.reason());
    return Piece.section(
        "approval",
        "Approval",
        facts.html(),
        list("What it changes", approval.changes()),
        list("Its migrations", approval.migrations()));
  }

  private static Html list(String title, List<String> lines) {
    return Html.when(
        !lines.isEmpty(),
        () ->
            Html.all(
                element(Tag.H3, text(title)),
                element(
                    Tag.UL,
                    lines.stream().map(line -> element(Tag.LI, text(line))).toArray(Part[]::new))));
  }

  /** Of a form: the very release that its reader saw, and what it changes. */
  static Html release(AppView view) {
    Approval approval = view.approval();
    if (approval == null) {
      return element(Tag.P, text("No release waits now."));
    }
    return Html.all(
        element(Tag.INPUT, type("hidden"), name("release"), value(approval.release())),
        element(Tag.P, text("Release "), Piece.code(approval.release())),
        list("What it changes", approval.changes()),
        list("Its migrations", approval.migrations()),
        element(
            Tag.P, css("quiet"), text(view.rollback() == null ? null : view.rollback().reason())));
  }
}
