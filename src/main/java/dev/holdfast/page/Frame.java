package dev.holdfast.page;

import static dev.holdfast.page.Attribute.action;
import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Attribute.name;
import static dev.holdfast.page.Attribute.post;
import static dev.holdfast.page.Attribute.status;
import static dev.holdfast.page.Attribute.type;
import static dev.holdfast.page.Attribute.value;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import java.util.ArrayList;
import java.util.List;

/** What is around the content of every page. The only markup that is written down as such. */
final class Frame {
  private static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
      <link rel="stylesheet" href="/assets/page.css">
      <script src="/assets/page.js" defer></script>
      """;
  private static final String AGAIN =
      "<noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n";
  private static final String SKIP = "<a class=\"skip\" href=\"#main\">To the content</a>\n";

  private Frame() {}

  /** A page that stays as it is. */
  static String still(String title, Viewer viewer, Html... content) {
    return page(title, viewer, false, element(Tag.MAIN, with(content, id("main"))));
  }

  /** One that is taken anew when something changes; without scripts while something runs. */
  static String live(String title, Viewer viewer, boolean busy, Html... content) {
    List<Part> parts = new ArrayList<>(List.of(id("main"), Attribute.live()));
    if (busy) {
      parts.add(Attribute.busy());
    }
    return page(title, viewer, busy, element(Tag.MAIN, with(content, parts.toArray(Part[]::new))));
  }

  private static Part[] with(Html[] content, Part... attributes) {
    List<Part> parts = new ArrayList<>(List.of(attributes));
    parts.addAll(List.of(content));
    return parts.toArray(Part[]::new);
  }

  private static String page(String title, Viewer viewer, boolean again, Html main) {
    StringBuilder out = new StringBuilder(16 << 10).append(HEAD).append("<title>");
    text(title + " · Holdfast").to(out);
    out.append("</title>\n").append(again ? AGAIN : "").append("</head>\n<body>\n").append(SKIP);
    header(viewer).to(out);
    main.to(out);
    return out.append("\n</body>\n</html>\n").toString();
  }

  private static Html header(Viewer viewer) {
    return element(
        Tag.HEADER,
        css("top"),
        element(Tag.A, css("brand"), href(Link.HOME), text("Holdfast")),
        element(Tag.SPAN, id("live"), css("quiet"), status()),
        viewer.signedIn() ? signOut(viewer) : signIn(viewer));
  }

  private static Html signIn(Viewer viewer) {
    return Html.when(viewer.canSignIn(), () -> element(Tag.A, href(Link.SIGN_IN), text("Sign in")));
  }

  private static Html signOut(Viewer viewer) {
    return element(
        Tag.FORM,
        action(Link.SIGN_OUT),
        post(),
        key(viewer),
        element(Tag.BUTTON, css("plain"), text("Sign out")));
  }

  /** What shows that a form is ours. */
  static Html key(Viewer viewer) {
    return element(
        Tag.INPUT,
        type("hidden"),
        name("key"),
        value(viewer.formKey() == null ? "" : viewer.formKey()));
  }
}
