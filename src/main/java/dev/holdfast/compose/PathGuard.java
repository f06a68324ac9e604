package dev.holdfast.compose;

import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Options that a driver gets as they are, and that name a path or a socket of the server: a logging
 * driver that writes there, a volume driver that mounts it. The same rules hold as for bind mounts.
 */
final class PathGuard {
  /** At the beginning, after a scheme, or after a comma or an equals sign. */
  private static final Pattern PATH =
      Pattern.compile("(?:^|[,=\\s]|\\b(?:unix|unixgram|unixpacket|file):(?://)?)(/[^,\\s]*)");

  /** Text of the drivers that come with the engine, which may begin with a slash. */
  private static final Set<String> TEXTS =
      Set.of(
          "awslogs-datetime-format",
          "awslogs-group",
          "awslogs-multiline-pattern",
          "awslogs-stream",
          "env-regex",
          "labels-regex",
          "tag");

  private final Project project;
  private final Fields fields;

  PathGuard(Project project, Fields fields) {
    this.project = project;
    this.fields = fields;
  }

  void check(String key, Map<String, String> options) {
    options.forEach(
        (name, value) -> {
          Matcher path = PATH.matcher(value);
          while (!TEXTS.contains(name) && path.find()) {
            String absolute = SourcePaths.absolute(path.group(1));
            if (!project.permissions().allowsPath(absolute)) {
              fields.error(
                  key,
                  "sets "
                      + Keys.shown(name)
                      + ", which names a path of the server; "
                      + project.allowHint("allow-paths", "that path"));
            }
          }
        });
  }
}
