package dev.holdfast.compose;

import dev.holdfast.compose.Model.Scope;
import dev.holdfast.compose.Value.Scalar;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What interpolation sees in an included file: the variables of the file that includes it, and
 * below them those of its own env files, by default the {@code .env} of its folder. They feed
 * interpolation only, never a container.
 */
final class IncludedVariables {
  private static final String NONE = "/dev/null";

  private final Project project;
  private final Scope outer;
  private final Map<String, String> own = new HashMap<>();

  /**
   * @param files as written, seen from the including file's folder; null for the default
   */
  IncludedVariables(Project project, Scope outer, String folder, @Nullable List<Scalar> files) {
    this.project = project;
    this.outer = outer;
    if (files == null) {
      String path = folder.isEmpty() ? ".env" : folder + "/.env";
      bytes(path).ifPresent(bytes -> read(path, bytes));
    } else {
      files.stream().filter(file -> !file.text().equals(NONE)).forEach(this::read);
    }
  }

  Function<String, @Nullable String> lookup() {
    return this::variable;
  }

  private @Nullable String variable(String name) {
    String value = outer.variables().apply(name);
    return value == null ? own.get(name) : value;
  }

  private void read(Scalar file) {
    String written = file.text();
    Optional<String> path =
        written.isEmpty() || written.startsWith("/") || written.startsWith("~")
            ? Optional.empty()
            : SourcePaths.below(outer.folder(), written);
    if (path.isEmpty()) {
      project
          .problems()
          .error(
              file.place(), "include: env_file must be a relative path that stays in the source");
      return;
    }
    Optional<byte[]> bytes = bytes(path.get());
    if (bytes.isPresent()) {
      read(file.style() == Value.Style.INTERPOLATED ? "env_file" : path.get(), bytes.get());
    } else if (project.offServer()) {
      project
          .problems()
          .warn(
              file.place(),
              "include: env_file names "
                  + file.shown()
                  + ", which is not in the source and so cannot be checked here");
    } else {
      project
          .problems()
          .error(
              file.place(),
              "include: env_file names "
                  + file.shown()
                  + ", which lies neither in the source nor in the app's project directory on the"
                  + " server; put it there");
    }
  }

  private Optional<byte[]> bytes(String path) {
    return project
        .tree()
        .file(path)
        .or(() -> SourcePaths.within(project.folder(), path).flatMap(project::serverFile));
  }

  private void read(String name, byte[] bytes) {
    String text = Utf8.text(name, bytes, project.problems());
    DotEnv.Result result = DotEnv.parse(text == null ? "" : text, this::variable);
    result
        .faults()
        .forEach(
            fault -> project.problems().error(new Place(name, fault.line(), 1), fault.message()));
    own.putAll(result.values());
  }
}
