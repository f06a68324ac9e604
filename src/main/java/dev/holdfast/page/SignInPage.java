package dev.holdfast.page;

import static dev.holdfast.page.Attribute.action;
import static dev.holdfast.page.Attribute.alert;
import static dev.holdfast.page.Attribute.autocomplete;
import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.forId;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Attribute.name;
import static dev.holdfast.page.Attribute.post;
import static dev.holdfast.page.Attribute.required;
import static dev.holdfast.page.Attribute.type;
import static dev.holdfast.page.Attribute.value;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import org.jspecify.annotations.Nullable;

/** Takes the token. */
final class SignInPage {
  private SignInPage() {}

  /**
   * @param to where to go on to
   * @param wrong what was wrong the last time
   */
  static String page(Link to, @Nullable String wrong, Viewer viewer) {
    return Frame.still(
        "Sign in",
        viewer,
        element(
            Tag.SECTION,
            css("card narrow"),
            id("heading"),
            element(Tag.H1, text("Sign in")),
            wrong == null ? Html.none() : element(Tag.P, css("reason bad"), alert(), text(wrong)),
            viewer.canSignIn()
                ? form(to)
                : element(
                    Tag.P,
                    text(
                        "agent.yaml names no api.token-file, so nobody can sign in. On the server,"
                            + " the command `holdfast` does all that this page does."))));
  }

  private static Html form(Link to) {
    return element(
        Tag.FORM,
        action(Link.SIGN_IN),
        post(),
        element(Tag.INPUT, type("hidden"), name("to"), value(to.text())),
        element(
            Tag.P,
            element(Tag.LABEL, forId("token"), text("The token in the server's api.token-file")),
            element(
                Tag.INPUT,
                id("token"),
                name("token"),
                type("password"),
                autocomplete("current-password"),
                required())),
        element(
            Tag.P, css("actions"), element(Tag.BUTTON, css("button primary"), text("Sign in"))));
  }
}
