package dev.holdfast.page;

import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Reasons;
import dev.holdfast.reconcile.Why;
import java.util.ArrayList;
import java.util.List;

/** Why an app is not where it should be, what shows it, and what to do next. */
final class Because {
  private Because() {}

  /**
   * @param records of the app, newest first
   */
  static Html of(AppView view, List<DeploymentRecord> records) {
    // What waits for a person has a card of its own that says more.
    if (view.phase() == Phase.Synced
        || view.phase() == Phase.Progressing
        || (view.phase() == Phase.AwaitingApproval && view.approval() != null)) {
      return Html.none();
    }
    Why why = Reasons.of(view, records);
    List<Html> parts = new ArrayList<>();
    parts.add(element(Tag.P, Html.lines(why.summary())));
    for (int i = 0; i < why.reasons().size(); i++) {
      parts.add(reason(i, why.reasons().get(i)));
    }
    if (!why.next().isEmpty()) {
      parts.add(element(Tag.H3, text("What to do")));
      parts.add(
          element(
              Tag.OL,
              why.next().stream()
                  .map(next -> element(Tag.LI, Html.lines(next)))
                  .toArray(Part[]::new)));
    }
    return Piece.section("why", "Why, and what to do", parts.toArray(Html[]::new));
  }

  private static Html reason(int number, Why.Reason reason) {
    Html evidence =
        reason.evidence().isEmpty()
            ? Html.none()
            : Piece.output(
                "evidence-" + number,
                "What shows it: " + reason.what(),
                String.join("\n", reason.evidence()));
    return Html.all(element(Tag.H3, Html.lines(reason.what())), evidence);
  }
}
