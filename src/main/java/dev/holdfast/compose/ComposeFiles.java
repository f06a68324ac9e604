package dev.holdfast.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which Compose files an app is made of: those that agent.yaml names; else those of the variable
 * {@code COMPOSE_FILE}, which may stand in {@code .env}; else the first default name with the first
 * override file beside it, as docker compose reads them.
 */
final class ComposeFiles {
  private static final List<String> DEFAULTS =
      List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");
  private static final List<String> OVERRIDES =
      List.of(
          "compose.override.yml",
          "compose.override.yaml",
          "docker-compose.override.yml",
          "docker-compose.override.yaml");
  private static final int MOST = 50;

  private final LoadRequest request;
  private final Project project;
  private final Problems problems;

  ComposeFiles(LoadRequest request, Project project) {
    this.request = request;
    this.project = project;
    this.problems = project.problems();
  }

  /** The folder of the first file, in the source. */
  static String folder(LoadRequest request) {
    return request.composeFiles().isEmpty()
        ? ""
        : SourcePaths.folderOf(request.composeFiles().getFirst());
  }

  /** Empty, with a problem, where one is missing. */
  List<String> find() {
    String named = project.variable("COMPOSE_FILE");
    if (!request.composeFiles().isEmpty()) {
      if (named != null) {
        problems.warn(
            Place.whole("agent.yaml"),
            "the variable COMPOSE_FILE is not used, because apps."
                + request.app()
                + ".compose names the files; remove one of the two");
      }
      return existing(request.composeFiles(), "correct apps." + request.app() + ".compose");
    }
    return named == null || named.isEmpty() ? defaults() : ofVariable(named);
  }

  private List<String> existing(List<String> files, String remedy) {
    List<String> missing =
        files.stream().filter(file -> request.tree().file(file).isEmpty()).toList();
    missing.forEach(
        file ->
            problems.error(
                Place.whole(file),
                "is not in the source; commit it, or " + remedy + " in agent.yaml"));
    return missing.isEmpty() ? files : List.of();
  }

  /**
   * The project directory on the server is known before any {@code .env} is read, so that only
   * agent.yaml can put it into a subfolder.
   */
  private List<String> ofVariable(String named) {
    String separator = project.variable("COMPOSE_PATH_SEPARATOR");
    String between = separator == null || separator.isEmpty() ? ":" : separator;
    List<String> files = new ArrayList<>();
    String[] parts = named.split(Pattern.quote(between), -1);
    for (String part : parts) {
      String path = part.strip();
      if (!path.isEmpty()) {
        files.add(path.startsWith("/") ? "" : SourcePaths.below("", path).orElse(""));
      }
    }
    if (files.isEmpty()
        || files.size() > MOST
        || files.contains("")
        || !SourcePaths.folderOf(files.getFirst()).isEmpty()) {
      problems.error(
          Place.whole(".env"),
          "COMPOSE_FILE must name files of the source by relative paths, the first of them in the"
              + " app's folder itself; name them under apps."
              + request.app()
              + ".compose in agent.yaml");
      return List.of();
    }
    return existing(files, "correct COMPOSE_FILE, or name the files under apps." + request.app());
  }

  private List<String> defaults() {
    List<String> found = DEFAULTS.stream().filter(this::isThere).toList();
    if (found.isEmpty()) {
      problems.error(
          Place.whole(DEFAULTS.getFirst()),
          "is not in the source, nor is "
              + String.join(", ", DEFAULTS.subList(1, DEFAULTS.size()))
              + "; commit one, or name it under apps."
              + request.app()
              + ".compose in agent.yaml");
      return List.of();
    }
    List<String> overrides = OVERRIDES.stream().filter(this::isThere).toList();
    found.stream().skip(1).forEach(file -> notRead(file, found.getFirst()));
    overrides.stream().skip(1).forEach(file -> notRead(file, overrides.getFirst()));
    overrides.stream()
        .limit(1)
        .forEach(
            file ->
                problems.warn(
                    Place.whole(file),
                    "is read over "
                        + found.getFirst()
                        + ", as docker compose does; if it is not for this server, write compose: ["
                        + found.getFirst()
                        + "] under apps."
                        + request.app()
                        + " in agent.yaml"));
    return Stream.concat(found.stream().limit(1), overrides.stream().limit(1)).toList();
  }

  private void notRead(String file, String other) {
    problems.warn(
        Place.whole(file),
        "is not read, because "
            + other
            + " is there too; remove one, or name the files under apps."
            + request.app()
            + ".compose in agent.yaml");
  }

  private boolean isThere(String file) {
    return request.tree().file(file).isPresent();
  }
}
