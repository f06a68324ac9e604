package dev.holdfast.agent;

import dev.holdfast.compose.ComposeLoader;
import dev.holdfast.compose.LoadRequest;
import dev.holdfast.compose.Permissions;
import dev.holdfast.compose.Problem;
import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AgentConfigReader;
import dev.holdfast.config.AppConfig;
import dev.holdfast.config.AppConfig.Origin;
import dev.holdfast.config.AppConfig.Permission;
import dev.holdfast.config.AppConfig.Versions;
import dev.holdfast.config.ConfigProblem;
import dev.holdfast.config.Credentials;
import dev.holdfast.config.ReadConfig;
import dev.holdfast.config.Surroundings;
import dev.holdfast.git.DirectorySource;
import dev.holdfast.git.SourceException;
import dev.holdfast.reconcile.SourceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Checks an agent.yaml on its server, and what its apps read from directories there, as the agent
 * would at its next look. What comes from git and registries it leaves to the agent.
 */
public final class ConfigCheck {
  private static final String PREFIX = "agent.yaml: ";
  private static final int MOST_BYTES = 4 << 20;

  private ConfigCheck() {}

  /** The file first, then the apps whose source is a directory, by name. */
  public static List<Checked> check(Path file, Map<String, String> environment) {
    return switch (AgentConfigReader.read(file, Credentials.beside(environment))) {
      case ReadConfig.Invalid invalid ->
          List.of(new Checked(file.toString(), findings(file, invalid), ""));
      case ReadConfig.Valid valid -> {
        List<Checked> all = new ArrayList<>();
        all.add(config(file, valid.config()));
        valid.config().apps().values().stream()
            .filter(app -> app.source() instanceof Origin.Directory)
            .forEach(app -> all.add(directory(file, app)));
        yield all;
      }
    };
  }

  private static List<Finding> findings(Path file, ReadConfig.Invalid invalid) {
    return invalid.problems().stream().map(problem -> finding(file, problem)).toList();
  }

  private static Finding finding(Path file, ConfigProblem problem) {
    return Finding.error(file.toString(), problem.line(), problem.column(), problem.message());
  }

  private static Checked config(Path file, AgentConfig config) {
    List<Finding> findings = new ArrayList<>();
    NotYet.warnings(config)
        .forEach(
            text ->
                findings.add(
                    new Finding(
                        file.toString(), 1, 1, Problem.Severity.WARNING, withoutName(text))));
    return new Checked(file.toString(), findings, Checked.count(config.apps().size(), "app"));
  }

  private static String withoutName(String text) {
    return text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
  }

  private static Checked directory(Path file, AppConfig app) {
    Path folder = ((Origin.Directory) app.source()).path();
    Path project = Objects.requireNonNull(Assembly.directory(app), "a directory source has one");
    SourceDefinition.Settings settings = Assembly.definition(app, project, () -> project);
    EnvFiles env = EnvFiles.read(settings.envFiles());
    List<Finding> findings = new ArrayList<>(env.findings());
    int services = 0;
    try {
      LoadRequest request =
          new LoadRequest(
              app.name(),
              new DirectorySource(folder).look().tree(),
              settings.composeFiles(),
              settings.versionsFile(),
              env.variables(),
              settings.permissions(),
              settings.serverFiles());
      services = FolderCheck.load(request, folder, findings);
      findings.addAll(missing(file, app, ComposeLoader.variables(request)));
    } catch (SourceException e) {
      findings.add(Finding.error(folder.toString(), String.valueOf(e.getMessage())));
    }
    return new Checked(folder.toString(), findings, Checked.count(services, "service"));
  }

  private static List<Finding> missing(Path file, AppConfig app, Map<String, String> variables) {
    return app.requireEnv().stream()
        .filter(name -> variables.getOrDefault(name, "").isEmpty())
        .map(
            name ->
                Finding.error(
                    file.toString(),
                    "variable "
                        + name
                        + " is required by apps."
                        + app.name()
                        + ".require-env and is not set or empty; set it in one of the app's"
                        + " env-files"))
        .toList();
  }

  /** What agent.yaml says of an app, for a check of its folder elsewhere than on the server. */
  public sealed interface AppOf {
    record Found(FolderCheck.Known known) implements AppOf {}

    record Refused(List<Finding> findings) implements AppOf {}
  }

  /**
   * The files that agent.yaml names lie on the server, so that it does not matter whether they are
   * here.
   */
  public static AppOf app(Path file, String name, Map<String, String> environment) {
    Surroundings elsewhere =
        new Surroundings(environment, "elsewhere", (path, kind) -> Optional.empty());
    try (var in = Files.newInputStream(file)) {
      return switch (AgentConfigReader.read(
          file.toString(), in.readNBytes(MOST_BYTES), elsewhere)) {
        case ReadConfig.Invalid invalid -> new AppOf.Refused(findings(file, invalid));
        case ReadConfig.Valid valid ->
            Optional.ofNullable(valid.config().apps().get(name))
                .<AppOf>map(app -> new AppOf.Found(known(app)))
                .orElseGet(() -> refused(file, "has no apps." + name + "; correct --app"));
      };
    } catch (IOException e) {
      return refused(file, "could not be read: " + e.getClass().getSimpleName());
    }
  }

  private static AppOf refused(Path file, String message) {
    return new AppOf.Refused(List.of(Finding.error(file.toString(), message)));
  }

  private static FolderCheck.Known known(AppConfig app) {
    String versions =
        switch (app.versions()) {
          case Versions.InSource inSource -> inSource.path();
          case Versions.OnServer onServer -> onServer.path().toString();
        };
    List<String> mountable =
        new ArrayList<>(app.allowPaths().stream().map(Path::toString).toList());
    Optional.ofNullable(Assembly.directory(app)).map(Path::toString).ifPresent(mountable::add);
    Permissions permissions =
        new Permissions(
            app.allow().stream().map(Permission::text).collect(Collectors.toSet()),
            mountable,
            app.allowImages(),
            app.allowUrls());
    return new FolderCheck.Known(app.name(), List.of(), app.compose(), versions, permissions);
  }
}
