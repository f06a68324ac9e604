package dev.holdfast.compose;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What one reading of an app's files needs.
 *
 * @param app the name under {@code apps:}, which is the Compose project name
 * @param composeFiles in the tree, the first giving the folder that relative paths are seen from;
 *     empty: the first that exists of compose.yaml, compose.yml, docker-compose.yaml,
 *     docker-compose.yml
 * @param versionsFile a path in the tree, or an absolute path of the server
 * @param variables for interpolation and for variables passed through; they win over {@code .env}
 * @param serverFiles reads a file of the server: asked with a path relative to the app's project
 *     directory, or with an absolute one (the versions file, and env files below {@code
 *     allow-paths}). It confines what it reads: no symbolic link out of the directory
 * @param offServer that the files are read elsewhere, such as in CI: what lies on the server alone
 *     cannot be known, and its lack is a warning
 */
public record LoadRequest(
    String app,
    SourceTree tree,
    List<String> composeFiles,
    String versionsFile,
    Map<String, String> variables,
    Permissions permissions,
    Function<String, Optional<byte[]>> serverFiles,
    boolean offServer) {
  public static final String VERSIONS = "versions.yaml";

  public LoadRequest {
    composeFiles = List.copyOf(composeFiles);
    variables = Map.copyOf(variables);
  }

  public LoadRequest(
      String app,
      SourceTree tree,
      List<String> composeFiles,
      String versionsFile,
      Map<String, String> variables,
      Permissions permissions,
      Function<String, Optional<byte[]>> serverFiles) {
    this(app, tree, composeFiles, versionsFile, variables, permissions, serverFiles, false);
  }

  /** The defaults of agent.yaml, and no file of the server. */
  public static LoadRequest of(String app, SourceTree tree) {
    return new LoadRequest(
        app, tree, List.of(), VERSIONS, Map.of(), Permissions.NONE, path -> Optional.empty());
  }

  public LoadRequest withApp(String name) {
    return new LoadRequest(
        name, tree, composeFiles, versionsFile, variables, permissions, serverFiles, offServer);
  }

  public LoadRequest withComposeFiles(List<String> files) {
    return new LoadRequest(
        app, tree, files, versionsFile, variables, permissions, serverFiles, offServer);
  }

  public LoadRequest withVersionsFile(String file) {
    return new LoadRequest(
        app, tree, composeFiles, file, variables, permissions, serverFiles, offServer);
  }

  public LoadRequest withVariables(Map<String, String> others) {
    return new LoadRequest(
        app, tree, composeFiles, versionsFile, others, permissions, serverFiles, offServer);
  }

  public LoadRequest withPermissions(Permissions others) {
    return new LoadRequest(
        app, tree, composeFiles, versionsFile, variables, others, serverFiles, offServer);
  }

  public LoadRequest withServerFiles(Function<String, Optional<byte[]>> files) {
    return new LoadRequest(
        app, tree, composeFiles, versionsFile, variables, permissions, files, offServer);
  }

  public LoadRequest awayFromServer() {
    return new LoadRequest(
        app,
        tree,
        composeFiles,
        versionsFile,
        variables,
        permissions,
        path -> Optional.empty(),
        true);
  }

  @Override
  public String toString() {
    return "LoadRequest[" + app + ", " + composeFiles + ", " + versionsFile + "]";
  }
}
