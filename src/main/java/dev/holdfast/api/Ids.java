package dev.holdfast.api;

import java.util.regex.Pattern;

/**
 * The form of every name that a request may carry: what has another form names nothing, and goes no
 * further.
 */
public final class Ids {
  private static final Pattern APP = Pattern.compile("[a-z0-9][a-z0-9_-]{0,127}");
  private static final Pattern DEPLOYMENT =
      Pattern.compile("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{1,64}(-[0-9]{1,9})?");
  private static final Pattern RELEASE = Pattern.compile("[0-9a-f]{12}");
  private static final Pattern OUTPUT =
      Pattern.compile("[a-z0-9][A-Za-z0-9_-]{0,127}(\\.[A-Za-z0-9_-]{1,127}){0,4}\\.log");

  private Ids() {}

  public static String app(String text) {
    return check(APP, text, 404, "there is no app of this name");
  }

  public static String deployment(String text) {
    return check(
        DEPLOYMENT, text, 404, "there is no deployment of this id; `holdfast history` lists them");
  }

  public static String release(String text) {
    return check(RELEASE, text, 400, "a release is named by its 12 hexadecimal digits");
  }

  public static String output(String text) {
    return check(OUTPUT, text, 404, "this deployment has no file of this name");
  }

  private static String check(Pattern pattern, String text, int status, String detail) {
    if (!pattern.matcher(text).matches()) {
      throw new ProblemException(status, detail);
    }
    return text;
  }
}
