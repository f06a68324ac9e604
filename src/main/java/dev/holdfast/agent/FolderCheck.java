package dev.holdfast.agent;

import dev.holdfast.compose.ComposeLoader;
import dev.holdfast.compose.DotEnv;
import dev.holdfast.compose.LoadRequest;
import dev.holdfast.compose.LoadResult;
import dev.holdfast.compose.Permissions;
import dev.holdfast.compose.Problem;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.git.CheckedOutFolder;
import dev.holdfast.git.SourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks an app's folder as it would be checked out from git, on a machine that is not the server:
 * without an engine, an agent, a registry or the network. What lies on the server alone cannot be
 * known here and is a warning.
 */
public final class FolderCheck {
  private static final String AGENT_YAML = "agent.yaml";

  /**
   * What the agent would know from agent.yaml.
   *
   * @param app null: the name that the files give, else the folder's
   * @param compose empty: the default
   */
  public record Known(
      @Nullable String app,
      List<Path> envFiles,
      List<String> compose,
      String versions,
      Permissions permissions) {
    public Known {
      envFiles = List.copyOf(envFiles);
      compose = List.copyOf(compose);
    }
  }

  private final Path folder;

  private FolderCheck(Path folder) {
    this.folder = folder;
  }

  public static Checked check(Path folder, Known known) {
    return new FolderCheck(folder).check(known);
  }

  private Checked check(Known known) {
    EnvFiles env = EnvFiles.read(known.envFiles());
    List<Finding> findings = new ArrayList<>(env.findings());
    int services = 0;
    try {
      SourceTree tree = new CheckedOutFolder(folder);
      LoadRequest request =
          new LoadRequest(
                  "app",
                  tree,
                  known.compose(),
                  known.versions(),
                  env.variables(),
                  known.permissions(),
                  path -> Optional.empty())
              .awayFromServer();
      services = load(request.withApp(name(request, known.app())), folder, findings);
    } catch (SourceException e) {
      findings.add(Finding.error(folder.toString(), String.valueOf(e.getMessage())));
    } catch (IOException e) {
      findings.add(
          Finding.error(folder.toString(), "is no folder that can be read; name the app's folder"));
    }
    return new Checked(folder.toString(), findings, Checked.count(services, "service"));
  }

  /** How many services there are; with findings it may be none. */
  static int load(LoadRequest request, Path folder, List<Finding> findings) {
    LoadResult result = ComposeLoader.load(request);
    findings.addAll(findings(result.warnings(), request.tree(), folder));
    return switch (result) {
      case LoadResult.Loaded loaded -> loaded.state().services().size();
      case LoadResult.Refused refused -> {
        findings.addAll(findings(refused.problems(), request.tree(), folder));
        yield 0;
      }
    };
  }

  private static List<Finding> findings(List<Problem> problems, SourceTree tree, Path folder) {
    return problems.stream()
        .map(problem -> Finding.of(problem, place(problem.file(), tree, folder)))
        .toList();
  }

  private static String place(String file, SourceTree tree, Path folder) {
    boolean elsewhere =
        file.startsWith("/") || (file.equals(AGENT_YAML) && tree.file(file).isEmpty());
    return elsewhere ? file : folder.resolve(file).toString();
  }

  private String name(LoadRequest request, @Nullable String given) {
    if (given != null) {
      return given;
    }
    return fromVariables(request)
        .or(() -> ComposeLoader.declaredName(request))
        .map(FolderCheck::normalised)
        .filter(text -> !text.isEmpty())
        .orElseGet(this::ofFolder);
  }

  private static Optional<String> fromVariables(LoadRequest request) {
    Map<String, String> tracked =
        request
            .tree()
            .file(".env")
            .map(bytes -> DotEnv.parse(new String(bytes, StandardCharsets.UTF_8), key -> null))
            .map(DotEnv.Result::values)
            .orElse(Map.of());
    String key = "COMPOSE_PROJECT_NAME";
    String name = request.variables().getOrDefault(key, tracked.getOrDefault(key, ""));
    return Optional.of(name).filter(text -> !text.isEmpty());
  }

  /** As docker compose makes a project's name out of a folder's. */
  private String ofFolder() {
    String base = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
    String name = normalised(base);
    return name.isEmpty() ? "app" : name;
  }

  private static String normalised(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "").replaceAll("^[_-]+", "");
  }
}
