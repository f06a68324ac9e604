package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.reconcile.Apps.Diff;
import java.util.List;

/** What the agent would do now, step by step, and why. */
final class NextPage {
  private NextPage() {}

  static String page(Diff diff, Viewer viewer) {
    return Frame.still(
        "What comes next for " + diff.app(),
        viewer,
        element(
            Tag.SECTION,
            css("card"),
            id("heading"),
            element(Tag.H1, text("What comes next for "), app(diff)),
            element(Tag.P, css("lead"), text(lead(diff))),
            element(
                Tag.P,
                css("quiet"),
                text("Source, registry and engine were asked just now; nothing was touched."))),
        list("problems", "What stands against it", diff.problems()),
        Html.when(!diff.steps().isEmpty(), () -> steps(diff)),
        list("notes", "To know", diff.notes()));
  }

  private static Html app(Diff diff) {
    return element(Tag.A, href(Link.app(diff.app())), text(diff.app()));
  }

  private static String lead(Diff diff) {
    if (!diff.problems().isEmpty()) {
      return "Nothing can be planned.";
    }
    if (diff.held() && diff.changes()) {
      return "Nothing while it is held. Once it is resumed: from " + way(diff);
    }
    if (!diff.changes()) {
      return diff.notes().isEmpty()
          ? "Nothing: what is wanted runs."
          : "Nothing now, and below is why.";
    }
    return "From " + way(diff);
  }

  private static String way(Diff diff) {
    return "release "
        + (diff.from() == null ? "none" : diff.from())
        + " to "
        + (diff.release() == null ? "none" : diff.release())
        + ", in "
        + Words.count(diff.steps().size(), "step")
        + ".";
  }

  private static Html steps(Diff diff) {
    Piece.Table table = new Piece.Table("Step", "Service", "What", "Why");
    for (Diff.Step step : diff.steps()) {
      table.row(
          text(step.step()),
          text(step.service() == null ? "" : step.service()),
          text(step.what()),
          text(step.cause()));
    }
    return Piece.section("steps", "Steps", table.html());
  }

  private static Html list(String id, String title, List<String> texts) {
    return Html.when(
        !texts.isEmpty(),
        () ->
            Piece.section(
                id,
                title,
                element(
                    Tag.UL,
                    texts.stream().map(t -> element(Tag.LI, Html.lines(t))).toArray(Part[]::new))));
  }
}
