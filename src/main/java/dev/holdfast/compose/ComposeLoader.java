package dev.holdfast.compose;

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
 *   <li>the Compose files are found ({@link ComposeFiles}) and become one map ({@link Model});
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
    return new ComposeLoader(request).project().variables();
  }

  /** The Compose files that are read, by their paths in the source, in the order of merging. */
  public static List<String> files(LoadRequest request) {
    return new ComposeFiles(request, new ComposeLoader(request).project()).find();
  }

  /** The name that the files themselves give the project: the last {@code name:} among them. */
  public static Optional<String> declaredName(LoadRequest request) {
    ComposeLoader loader = new ComposeLoader(request);
    Project project = loader.project();
    List<String> files = new ComposeFiles(request, project).find();
    Mapping document = files.isEmpty() ? null : new Model(project).read(files);
    return Optional.ofNullable(document)
        .map(mapping -> new Fields(mapping, "", loader.problems).text("name"));
  }

  private Project project() {
    return new Project(request, ComposeFiles.folder(request), problems);
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
    Project project = project();
    List<String> files = new ComposeFiles(request, project).find();
    if (files.isEmpty()) {
      return Optional.empty();
    }
    Mapping document = new Model(project).read(files);
    VersionsFile versions = versions();
    if (document == null || versions == null) {
      return Optional.empty();
    }
    Fields file = new Fields(document, "", problems);
    checkTop(file);
    return new ServicesReader(project, request.versionsFile(), versions).read(file);
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

  private void checkTop(Fields file) {
    Keys.FILE.check(file);
    String name = file.text("name");
    if (name != null && !Project.normalised(name).equals(request.app())) {
      file.error("name", Project.otherName(request.app()));
    }
  }
}
