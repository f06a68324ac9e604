package dev.holdfast.page;

import static dev.holdfast.page.Attribute.action;
import static dev.holdfast.page.Attribute.checked;
import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.forId;
import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Attribute.maxlength;
import static dev.holdfast.page.Attribute.name;
import static dev.holdfast.page.Attribute.post;
import static dev.holdfast.page.Attribute.type;
import static dev.holdfast.page.Attribute.value;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.api.Actions.Action;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.reconcile.AppView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/** Asks back before something is done, and says what will happen. */
final class ConfirmPage {
  private static final int LONGEST_REASON = 500;
  private static final int MOST_RELEASES = 5;

  private ConfirmPage() {}

  static String title(Action action) {
    return switch (action) {
      case SYNC -> "Sync";
      case HOLD -> "Hold";
      case RESUME -> "Resume";
      case RETRY -> "Retry";
      case ROLLBACK -> "Roll back";
      case BACKUP -> "Back up";
      case APPROVE -> "Approve";
      case REJECT -> "Reject";
    };
  }

  private static String what(Action action) {
    return switch (action) {
      case SYNC ->
          "The agent looks at source, registry and engine now, and brings the app to what is wanted.";
      case HOLD ->
          "The agent leaves the app as it is, no rollout and no correction, until somebody says resume.";
      case RESUME ->
          "The hold ends, a manual rollback too: the agent brings the app to what is wanted.";
      case RETRY ->
          "The releases in quarantine are tried again, beginning with the one that is wanted.";
      case ROLLBACK ->
          "The app goes back to the release below and is held there until somebody says resume. The database's schema stays as it is.";
      case BACKUP ->
          "Each backup that the release declares is taken now, verified and kept. Services run on, but for those that a backup pauses.";
      case APPROVE ->
          "The release below is rolled out, as soon as its window is open where there is one.";
      case REJECT ->
          "The release below is not rolled out, until somebody says retry or another one is wanted.";
    };
  }

  /**
   * @param before deployments of the app, newest first
   */
  static String page(AppView view, Action action, List<DeploymentRecord> before, Viewer viewer) {
    return Frame.still(
        title(action) + " " + view.app(),
        viewer,
        element(
            Tag.SECTION,
            css("card"),
            id("heading"),
            element(Tag.H1, text(title(action) + " "), text(view.app()), text("?")),
            element(Tag.P, Badge.of(view.phase()), text(" "), text(view.version())),
            element(Tag.P, css("lead"), text(what(action))),
            form(view, action, before, viewer)));
  }

  private static Html form(
      AppView view, Action action, List<DeploymentRecord> before, Viewer viewer) {
    return element(
        Tag.FORM,
        action(Link.action(view.app(), action)),
        post(),
        Frame.key(viewer),
        switch (action) {
          case HOLD -> reason();
          case ROLLBACK -> releases(view, before);
          case APPROVE -> Waiting.release(view);
          case REJECT -> Html.all(Waiting.release(view), reason());
          case SYNC -> view.awaits() == AppView.Awaits.WINDOW ? through() : Html.none();
          case RESUME, RETRY, BACKUP -> Html.none();
        },
        element(
            Tag.P,
            css("actions"),
            element(Tag.BUTTON, css("button primary"), text(title(action) + " " + view.app())),
            element(Tag.A, css("button"), href(Link.app(view.app())), text("Leave it"))));
  }

  private static Html reason() {
    return said("Why, for whoever comes next");
  }

  private static Html through() {
    return said("To go through the closed window now, say why; without a reason it waits on");
  }

  private static Html said(String label) {
    return element(
        Tag.P,
        element(Tag.LABEL, forId("said"), text(label)),
        element(
            Tag.INPUT,
            id("said"),
            name("said"),
            type("text"),
            maxlength(LONGEST_REASON),
            Attribute.autocomplete("off")));
  }

  private static Html releases(AppView view, List<DeploymentRecord> before) {
    List<Html> choices = new ArrayList<>();
    choices.add(choice("to-last", "", text("the last good release before this one"), true));
    before.stream()
        .filter(r -> r.status() == Status.SUCCEEDED && !r.release().equals(view.release()))
        .collect(
            Collectors.toMap(DeploymentRecord::release, r -> r, (a, b) -> a, LinkedHashMap::new))
        .values()
        .stream()
        .limit(MOST_RELEASES)
        .forEach(r -> choices.add(choice("to-" + r.release(), r.release(), named(r), false)));
    return Html.all(choices);
  }

  private static Html named(DeploymentRecord record) {
    return Html.all(
        text(record.version() == null ? "" : record.version() + " "), Piece.code(record.release()));
  }

  private static Html choice(String id, String release, Html says, boolean chosen) {
    List<Part> input =
        new ArrayList<>(List.of(id(id), name("said"), type("radio"), value(release)));
    if (chosen) {
      input.add(checked());
    }
    return element(
        Tag.P,
        css("choice"),
        element(Tag.INPUT, input.toArray(Part[]::new)),
        element(Tag.LABEL, forId(id), text(" "), says));
  }
}
