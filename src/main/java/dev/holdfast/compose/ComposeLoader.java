package dev.holdfast.compose;

import dev.holdfast.compose.Value.Action;
import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.model.DesiredState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An app's files to its desired state, as docker compose would understand them:
 *
 * <ol>
 *   <li>each Compose file is read, its variables replaced, what its services extend put below them,
 *       and merged over those before it;
 *   <li>versions.yaml is read;
 *   <li>every service whose profile is active becomes a container's specification and the wish for
 *       an image;
 *   <li>only the networks and volumes that these use are part of the result.
 * </ol>
 *
 * All problems are told at once, each with its place; with a single one nothing is loaded. Nothing
 * is read but what the request gives.
 */
public final class ComposeLoader {
  private static final List<String> DEFAULT_FILES =
      List.of("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml");
  private static final List<String> OVERRIDES =
      List.of(
          "compose.override.yaml",
          "compose.override.yml",
          "docker-compose.override.yaml",
          "docker-compose.override.yml");
  private static final Pattern PROJECT = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  private final LoadRequest request;
  private final Problems problems = new Problems();

  private ComposeLoader(LoadRequest request) {
    this.request = request;
  }

  public static LoadResult load(LoadRequest request) {
    ComposeLoader loader = new ComposeLoader(request);
    Optional<DesiredState> state = loader.state();
    List<Problem> warnings = loader.problems.warnings();
    return state.isEmpty() || loader.problems.hasErrors()
        ? new LoadResult.Refused(loader.problems.errors(), warnings)
        : new LoadResult.Loaded(state.get(), warnings);
  }

  /**
   * The variables that interpolation sees: the request's, then those of the server's and of the
   * tracked {@code .env}. For checks such as {@code require-env}; they hold secrets.
   */
  public static Map<String, String> variables(LoadRequest request) {
    ComposeLoader loader = new ComposeLoader(request);
    String first = loader.files().stream().findFirst().orElse("");
    return new Project(request, SourcePaths.folderOf(first), loader.problems).variables();
  }

  /** The name that the files themselves give the project: the last {@code name:} among them. */
  public static Optional<String> declaredName(LoadRequest request) {
    ComposeLoader loader = new ComposeLoader(request);
    List<String> files = loader.files();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    Project project = new Project(request, SourcePaths.folderOf(files.getFirst()), loader.problems);
    Mapping document = loader.document(files, project);
    return Optional.ofNullable(document)
        .map(mapping -> new Fields(mapping, "", loader.problems).text("name"));
  }

  private Optional<DesiredState> state() {
    if (!PROJECT.matcher(request.app()).matches()) {
      problems.error(
          Place.whole("agent.yaml"),
          "apps."
              + Keys.shown(request.app())
              + " is no Compose project name; use lower-case letters, digits, '_' and '-'");
      return Optional.empty();
    }
    List<String> files = files();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    Project project = new Project(request, SourcePaths.folderOf(files.getFirst()), problems);
    Mapping document = document(files, project);
    VersionsFile versions = versions();
    if (document == null || versions == null) {
      return Optional.empty();
    }
    Fields file = new Fields(document, "", problems);
    checkTop(file, project);
    return new ServicesReader(project, request.versionsFile(), versions).read(file);
  }

  private List<String> files() {
    if (!request.composeFiles().isEmpty()) {
      List<String> missing =
          request.composeFiles().stream()
              .filter(file -> request.tree().file(file).isEmpty())
              .toList();
      missing.forEach(
          file ->
              problems.error(
                  Place.whole(file),
                  "is not in the source; commit it, or correct apps."
                      + request.app()
                      + ".compose in agent.yaml"));
      return missing.isEmpty() ? request.composeFiles() : List.of();
    }
    Optional<String> first =
        DEFAULT_FILES.stream().filter(file -> request.tree().file(file).isPresent()).findFirst();
    if (first.isEmpty()) {
      problems.error(
          Place.whole(DEFAULT_FILES.getFirst()),
          "is not in the source, nor is "
              + String.join(", ", DEFAULT_FILES.subList(1, 4))
              + "; commit one, or name it under apps."
              + request.app()
              + ".compose in agent.yaml");
    }
    OVERRIDES.stream()
        .filter(file -> request.tree().file(file).isPresent())
        .forEach(
            file ->
                problems.warn(
                    Place.whole(file),
                    "is not read; if production needs it, name both files under apps."
                        + request.app()
                        + ".compose in agent.yaml"));
    return first.stream().toList();
  }

  private @Nullable Mapping document(List<String> files, Project project) {
    VariableReplacement variables = new VariableReplacement(project::variable, problems);
    Extends extending = new Extends(project, variables);
    Mapping merged = Mapping.empty(Place.whole(files.getFirst()));
    boolean complete = true;
    for (String file : files) {
      Value read = YamlReader.read(file, request.tree().file(file).orElse(new byte[0]), problems);
      if (read instanceof Mapping mapping
          && variables.apply(mapping, "") instanceof Mapping replaced) {
        merged = Overlay.merge(merged, extending.apply(file, replaced));
      } else {
        complete = false;
        notAMap(file, read);
      }
    }
    return complete ? Mapping.of(merged.place(), Action.NONE, merged.members()) : null;
  }

  private void notAMap(String file, @Nullable Value read) {
    boolean told = problems.errors().stream().anyMatch(problem -> problem.file().equals(file));
    if (!told) {
      problems.error(
          read == null ? Place.whole(file) : read.place(),
          "is not a Compose file: it must be a map with 'services:'; it may be half written");
    }
  }

  private @Nullable VersionsFile versions() {
    String file = request.versionsFile();
    if (request.offServer() && file.startsWith("/")) {
      problems.warn(
          Place.whole(file),
          "lies on the server and is not checked here; nor are the images it names");
      return VersionsFile.parse(file, "services: {}".getBytes(StandardCharsets.UTF_8), problems);
    }
    Optional<byte[]> bytes =
        file.startsWith("/") ? request.serverFiles().apply(file) : request.tree().file(file);
    if (bytes.isEmpty()) {
      problems.error(
          Place.whole(file),
          "does not exist or cannot be read; create it with at least 'services: {}', or correct apps."
              + request.app()
              + ".versions in agent.yaml");
      return null;
    }
    return VersionsFile.parse(file, bytes.get(), problems);
  }

  private void checkTop(Fields file, Project project) {
    Keys.FILE.check(file);
    String name = file.text("name");
    if (name != null && !name.equals(request.app())) {
      file.error("name", Project.otherName(request.app()));
    }
    if (project.variable("COMPOSE_FILE") != null) {
      problems.warn(
          Place.whole("agent.yaml"),
          "the variable COMPOSE_FILE is not used; name the files under apps."
              + request.app()
              + ".compose");
    }
  }
}
