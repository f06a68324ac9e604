package dev.holdfast.compose;

import dev.holdfast.compose.Value.Action;
import dev.holdfast.compose.Value.Mapping;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The Compose files of an app as one map. Each file in turn, as the Compose Specification orders
 * it: its variables are replaced, what its services extend is put below them, what it includes is
 * added, and it is merged over the files before it.
 */
final class Model {
  private static final int MOST_WEIGHT = 45_000;

  private final Project project;
  private final Includes includes;
  private final Map<String, Optional<Value>> known = new HashMap<>();
  private long weight;

  Model(Project project) {
    this.project = project;
    this.includes = new Includes(project, this);
  }

  /**
   * How a group of files is read.
   *
   * @param folder that its relative paths are seen from
   * @param open the files on the way to it, from the first Compose file on
   */
  record Scope(String folder, Function<String, @Nullable String> variables, List<String> open) {
    Scope {
      open = List.copyOf(open);
    }

    Scope within(String file) {
      List<String> deeper = new ArrayList<>(open);
      deeper.add(file);
      return new Scope(folder, variables, deeper);
    }
  }

  /** Null, with a problem, where a file is none. */
  @Nullable Mapping read(List<String> files) {
    return read(files, new Scope(project.folder(), project::variable, List.of()));
  }

  @Nullable Mapping read(List<String> files, Scope scope) {
    VariableReplacement variables = new VariableReplacement(scope.variables(), project.problems());
    Extends extending = new Extends(project, scope.folder(), variables);
    Mapping merged = Mapping.empty(Place.whole(files.getFirst()));
    boolean complete = true;
    for (String file : files) {
      Value read = read(file);
      if (read instanceof Mapping mapping
          && variables.apply(mapping, "") instanceof Mapping replaced) {
        Mapping extended = extending.apply(file, replaced);
        merged = Overlay.merge(merged, includes.apply(extended, scope.within(file)));
      } else {
        complete = false;
        notAMap(file, read);
      }
    }
    return complete ? Mapping.of(merged.place(), Action.NONE, merged.members()) : null;
  }

  /**
   * A file can be included many times: it is parsed once, and counts each time, because what comes
   * of it is made anew.
   */
  private @Nullable Value read(String file) {
    Value value =
        known
            .computeIfAbsent(
                file,
                name ->
                    Optional.ofNullable(
                        YamlReader.read(
                            name,
                            project.tree().file(name).orElse(new byte[0]),
                            project.problems())))
            .orElse(null);
    weight += value == null ? 0 : value.weight();
    if (weight > MOST_WEIGHT && known.size() > 1) {
      project
          .problems()
          .error(
              Place.whole(file),
              "makes the app's files hold more than " + MOST_WEIGHT + " values; include less");
      return null;
    }
    return value;
  }

  private void notAMap(String file, @Nullable Value read) {
    boolean told =
        project.problems().errors().stream().anyMatch(problem -> problem.file().equals(file));
    if (!told) {
      project
          .problems()
          .error(
              read == null ? Place.whole(file) : read.place(),
              "is not a Compose file: it must be a map with 'services:'; it may be half written");
    }
  }
}
