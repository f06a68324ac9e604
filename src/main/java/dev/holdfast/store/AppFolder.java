package dev.holdfast.store;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the files of one app lie. Names become paths here and nowhere else, and only those that the
 * patterns allow: none can hold a separator or begin with a dot.
 */
record AppFolder(Path path) {
  private static final Pattern APP = Pattern.compile("[a-z0-9][a-z0-9_-]{0,127}");
  private static final Pattern RELEASE = Pattern.compile("[0-9a-f]{12}");
  private static final Pattern DEPLOYMENT =
      Pattern.compile("([0-9]{8}T[0-9]{6}Z)-[0-9a-z]{1,64}(?:-([0-9]{1,6}))?");
  private static final Pattern OUTPUT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,190}\\.log");

  /** Newest first, by the time in the id and the number of its second. */
  static final Comparator<String> NEWEST_FIRST =
      Comparator.comparing(AppFolder::time)
          .thenComparingInt(AppFolder::number)
          .thenComparing(Comparator.naturalOrder())
          .reversed();

  static AppFolder of(Path state, String app) {
    return new AppFolder(state.resolve("apps").resolve(require(APP, "an app's name", app)));
  }

  static boolean isDeployment(String name) {
    return DEPLOYMENT.matcher(name).matches();
  }

  static boolean isApp(String name) {
    return APP.matcher(name).matches();
  }

  /** {@code yyyyMMdd'T'HHmmss'Z'}: when the deployment began. */
  static String time(String deployment) {
    return part(deployment, 1);
  }

  private static int number(String deployment) {
    String number = part(deployment, 2);
    return number.isEmpty() ? 1 : Integer.parseInt(number);
  }

  private static String part(String deployment, int group) {
    Matcher matcher = DEPLOYMENT.matcher(deployment);
    String part = matcher.matches() ? matcher.group(group) : "";
    return part == null ? "" : part;
  }

  Path memory() {
    return path.resolve("memory.json");
  }

  Path formerMemory() {
    return path.resolve("memory.json.previous");
  }

  Path releases() {
    return path.resolve("releases");
  }

  Path release(String id) {
    return releases().resolve(require(RELEASE, "a release's id", id) + ".json");
  }

  Path deployments() {
    return path.resolve("deployments");
  }

  Path deployment(String id) {
    return deployments().resolve(require(DEPLOYMENT, "a deployment's id", id));
  }

  Path record(String deployment) {
    return deployment(deployment).resolve("record.json");
  }

  Path log(String deployment) {
    return deployment(deployment).resolve("log.ndjson");
  }

  Path output(String deployment, String file) {
    return deployment(deployment).resolve(require(OUTPUT, "an output file's name", file));
  }

  Path shells() {
    return path.resolve("shells.ndjson");
  }

  Path formerShells() {
    return path.resolve("shells.ndjson.previous");
  }

  Path config() {
    return path.resolve("config");
  }

  private static String require(Pattern pattern, String what, String value) {
    if (!pattern.matcher(value).matches()) {
      String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
      throw new IllegalArgumentException(
          "not " + what + " (" + pattern + "): '" + shown.replaceAll("\\p{Cntrl}", "?") + "'");
    }
    return value;
  }
}
