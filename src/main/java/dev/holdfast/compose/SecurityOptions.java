package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code security_opt}. A seccomp profile is a file of the source, whose content goes to the
 * engine; the engine's own profiles and {@code no-new-privileges} need no leave.
 */
final class SecurityOptions {
  private static final Set<String> HARMLESS =
      Set.of(
          "no-new-privileges",
          "no-new-privileges=true",
          "seccomp=builtin",
          "apparmor=docker-default");
  private static final Set<String> NAMES =
      Set.of(
          "no-new-privileges", "seccomp", "apparmor", "label", "systempaths", "writable-cgroups");
  private static final Set<String> BUILT_IN = Set.of("unconfined", "builtin");
  private static final int LONGEST_PROFILE = 262_144;
  private static final String KEY = "security_opt";

  private final Fields service;
  private final Project project;
  private final Grants grants;

  SecurityOptions(Fields service, Project project) {
    this.service = service;
    this.project = project;
    this.grants = new Grants(project, service);
  }

  List<String> read() {
    List<String> options = new ArrayList<>();
    for (Value item : service.items(KEY)) {
      String option = item instanceof Scalar scalar ? option(scalar) : refused(item, "takes text");
      if (option != null && !options.contains(option)) {
        options.add(option);
      }
    }
    return options;
  }

  /** With {@code =} after the name, as the engine wants it; null, with a problem, if it is none. */
  private @Nullable String option(Scalar scalar) {
    String text = scalar.text();
    int end = text.indexOf('=') < 0 ? text.indexOf(':') : text.indexOf('=');
    // label:type:x has a colon in its value, and label=type:x too.
    String name = end < 0 ? text : text.substring(0, end);
    String plain = end < 0 ? text : name + "=" + text.substring(end + 1);
    if (!NAMES.contains(name) || text.indexOf('\0') >= 0) {
      return refused(
          scalar,
          "takes no-new-privileges, seccomp=…, apparmor=…, label=… or systempaths=unconfined"
              + (scalar.style() == Value.Style.INTERPOLATED
                  ? ""
                  : service.problems().hint(name, NAMES)));
    }
    String value = end < 0 ? "" : text.substring(end + 1);
    boolean own = name.equals("seccomp") && !BUILT_IN.contains(value);
    String option = own ? profile(scalar, value) : plain;
    if (option != null && !HARMLESS.contains(plain)) {
      grants.need("security-opt", scalar, KEY, "weakens what keeps the container apart");
    }
    return option;
  }

  private @Nullable String profile(Scalar at, String path) {
    Optional<String> below =
        path.isEmpty() || path.startsWith("/") || path.startsWith("~")
            ? Optional.empty()
            : SourcePaths.below(project.folder(), path);
    Optional<byte[]> bytes = below.flatMap(project.tree()::file);
    if (bytes.isEmpty()) {
      return refused(
          at,
          "names a seccomp profile that is no file of the source; commit it, and name it there");
    }
    String file = at.style() == Value.Style.INTERPOLATED ? KEY : below.get();
    String text = Utf8.text(file, bytes.get(), service.problems());
    if (text == null || text.length() > LONGEST_PROFILE || !text.strip().startsWith("{")) {
      return refused(at, "names a file that is no seccomp profile in JSON");
    }
    return "seccomp=" + compact(text);
  }

  /** Without blanks outside of texts, as the docker command sends it. */
  static String compact(String json) {
    StringBuilder out = new StringBuilder(json.length());
    boolean inText = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (inText && c == '\\' && i + 1 < json.length()) {
        out.append(c).append(json.charAt(++i));
      } else {
        inText = c == '"' ? !inText : inText;
        if (inText || " \t\r\n".indexOf(c) < 0) {
          out.append(c);
        }
      }
    }
    return out.toString();
  }

  private @Nullable String refused(Value at, String why) {
    service.problems().error(at.place(), service.path(KEY) + " " + why);
    return null;
  }
}
