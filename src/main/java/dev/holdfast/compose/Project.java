package dev.holdfast.compose;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of one app share: where its files come from, its variables, what it may do, and
 * the problems found so far.
 */
final class Project {
  private final LoadRequest request;
  private final String folder;
  private final Problems problems;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, Optional<String>> hashes = new HashMap<>();
  private final NestedBinds nestedBinds = new NestedBinds();

  Project(LoadRequest request, String folder, Problems problems) {
    this.request = request;
    this.folder = folder;
    this.problems = problems;
    variables.putAll(request.variables());
    readDotEnv();
    checkProjectName();
    variables.put("COMPOSE_PROJECT_NAME", request.app());
  }

  /**
   * The tracked {@code .env} first, then the server's own, whose keys win; both below the variables
   * of agent.yaml.
   */
  private void readDotEnv() {
    Map<String, String> fromFiles = new HashMap<>();
    String path = folder.isEmpty() ? ".env" : folder + "/.env";
    request.tree().file(path).ifPresent(bytes -> fromFiles.putAll(dotEnv(path, bytes)));
    if (request.tree().live()) {
      // The directory is both: read a second time it could be another revision's.
      fromFiles.forEach(variables::putIfAbsent);
      return;
    }
    request.serverFiles().apply(".env").ifPresent(bytes -> fromFiles.putAll(dotEnv(".env", bytes)));
    fromFiles.forEach(variables::putIfAbsent);
  }

  private Map<String, String> dotEnv(String file, byte[] bytes) {
    String text = Utf8.text(file, bytes, problems);
    DotEnv.Result result = DotEnv.parse(text == null ? "" : text, request.variables()::get);
    result
        .faults()
        .forEach(fault -> problems.error(new Place(file, fault.line(), 1), fault.message()));
    return result.values();
  }

  private void checkProjectName() {
    String name = variables.getOrDefault("COMPOSE_PROJECT_NAME", request.app());
    if (!name.isEmpty() && !normalised(name).equals(request.app())) {
      problems.error(
          Place.whole("agent.yaml"),
          "the variable COMPOSE_PROJECT_NAME " + otherName(request.app()));
    }
  }

  /** As docker compose makes a project's name of what a file or a variable says. */
  static String normalised(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "").replaceAll("^[_-]+", "");
  }

  static String otherName(String app) {
    return "differs from the app's name '"
        + app
        + "', so its volumes would get other names and start empty: name the app in agent.yaml"
        + " (apps.<name>) as the project was called so far, or change this to '"
        + app
        + "'";
  }

  String app() {
    return request.app();
  }

  String folder() {
    return folder;
  }

  SourceTree tree() {
    return request.tree();
  }

  /** The content hash of a tracked file or folder; empty where nothing is tracked there. */
  Optional<String> contentHash(String path) {
    return hashes.computeIfAbsent(path, key -> ContentHash.of(request.tree(), key));
  }

  NestedBinds nestedBinds() {
    return nestedBinds;
  }

  Permissions permissions() {
    return request.permissions();
  }

  Problems problems() {
    return problems;
  }

  Map<String, String> variables() {
    return Map.copyOf(variables);
  }

  @Nullable String variable(String name) {
    return variables.get(name);
  }

  Optional<byte[]> serverFile(String path) {
    return request.serverFiles().apply(path);
  }

  /** True where what lies on the server alone cannot be known. */
  boolean offServer() {
    return request.offServer();
  }

  /** True where one of the profiles is active, or there are none. */
  boolean isActive(Set<String> profiles) {
    Set<String> active =
        Stream.of(variables.getOrDefault("COMPOSE_PROFILES", "").split(","))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toSet());
    return profiles.isEmpty()
        || active.contains("*")
        || profiles.stream().anyMatch(active::contains);
  }

  /** How to allow something: the line that agent.yaml needs. */
  String allowHint(String key, String value) {
    return "if it is meant, add to apps." + app() + " in agent.yaml: " + key + ": [" + value + "]";
  }
}
