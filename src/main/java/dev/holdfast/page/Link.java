package dev.holdfast.page;

import dev.holdfast.api.Actions.Action;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** A place of this page: there is no way to make one that leads elsewhere. */
final class Link {
  static final Link HOME = new Link("/");
  static final Link SIGN_IN = new Link("/sign-in");
  static final Link SIGN_OUT = new Link("/sign-out");
  private final String text;

  private Link(String text) {
    this.text = text;
  }

  static Link app(String app) {
    return new Link("/apps/" + encoded(app));
  }

  static Link next(String app) {
    return new Link("/apps/" + encoded(app) + "/next");
  }

  static Link action(String app, Action action) {
    return new Link("/apps/" + encoded(app) + "/" + action.text());
  }

  static Link deployment(String id) {
    return new Link("/deployments/" + encoded(id));
  }

  /** The whole log as plain text. */
  static Link log(String id) {
    return new Link("/api/v1/deployments/" + encoded(id) + "/logs");
  }

  static Link signIn(String to) {
    return new Link("/sign-in?to=" + encoded(to));
  }

  /** The asked-for place within this page, else the first page. */
  static Link within(String path) {
    return path.matches("/(apps|deployments)/[A-Za-z0-9_-]{1,160}(/[a-z]{1,20})?")
        ? new Link(path)
        : HOME;
  }

  String text() {
    return text;
  }

  private static String encoded(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
