package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdfast.agent.Checked;
import dev.holdfast.agent.ConfigCheck;
import dev.holdfast.agent.Finding;
import dev.holdfast.agent.FolderCheck;
import dev.holdfast.compose.LoadRequest;
import dev.holdfast.compose.Permissions;
import dev.holdfast.config.AppConfig.Permission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** As compilers do it: problems to standard error, what is valid to standard output. */
@Command(
    name = "validate",
    description = {
      "Checks agent.yaml and its apps' directories, or with DIR the folders of apps, as in CI:"
          + " without Docker, an agent or the network."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:all is valid; there may be warnings",
      "1:something in a DIR is invalid",
      "2:without DIR: something is invalid; or wrong usage"
    })
final class ValidateCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(arity = "0..*", paramLabel = "DIR", description = "an app's folder, as git holds it")
  List<Path> folders = List.of();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "agent.yaml (default without DIR: $HOLDFAST_CONFIG, else /etc/holdfast/agent.yaml); with"
              + " DIR: what it says of --app holds")
  @Nullable Path config;

  @Option(
      names = "--app",
      paramLabel = "NAME",
      description = "the app's name in agent.yaml (default: name: in the file, else the folder's)")
  @Nullable String app;

  @Option(
      names = "--env-file",
      paramLabel = "FILE",
      description = "variables for the Compose files; may be given several times")
  List<Path> envFiles = List.of();

  @Option(names = "--allow", paramLabel = "WORD", description = "as `allow` in agent.yaml")
  List<String> allow = List.of();

  @Option(
      names = "--allow-path",
      paramLabel = "PATH",
      description = "as `allow-paths` in agent.yaml")
  List<String> allowPaths = List.of();

  /** How findings are printed; {@code sarif} is what code hosts show beside the lines. */
  enum Format {
    text,
    json,
    sarif
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default), json, or sarif for code hosts")
  Format format = Format.text;

  ValidateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Checked> all = folders.isEmpty() ? config() : folders();
    switch (format) {
      case text -> all.forEach(this::print);
      case json -> json(json(all));
      case sarif -> json(SarifReport.of(findings(all), Path.of("").toAbsolutePath()));
    }
    int invalid = folders.isEmpty() ? CliException.USAGE : CliException.FAILED;
    return all.stream().allMatch(Checked::valid) ? 0 : invalid;
  }

  private List<Checked> config() {
    if (app != null || !envFiles.isEmpty() || !allow.isEmpty() || !allowPaths.isEmpty()) {
      throw usage("--app, --env-file, --allow and --allow-path are for a DIR; name it");
    }
    Path named = SocketFinder.config(config, context.environment());
    Path file = named == null ? SocketFinder.DEFAULT_CONFIG : named;
    return ConfigCheck.check(file, context.environment());
  }

  private List<Checked> folders() {
    checkOptions();
    return switch (known()) {
      case ConfigCheck.AppOf.Refused refused ->
          List.of(new Checked(String.valueOf(config), refused.findings(), ""));
      case ConfigCheck.AppOf.Found found -> {
        FolderCheck.Known known = withOptions(found.known());
        yield folders.stream().map(folder -> FolderCheck.check(folder, known)).toList();
      }
    };
  }

  private void checkOptions() {
    Set<String> words =
        Arrays.stream(Permission.values())
            .map(Permission::text)
            .collect(Collectors.toCollection(TreeSet::new));
    if (!words.containsAll(allow)) {
      throw usage("--allow takes " + String.join(", ", words));
    }
    if (!allowPaths.stream().allMatch(path -> path.startsWith("/"))) {
      throw usage("--allow-path takes absolute paths of the server");
    }
    if (app != null && folders.size() > 1) {
      throw usage("--app names one app; check one DIR at a time with it");
    }
  }

  private ConfigCheck.AppOf known() {
    if (config == null) {
      return new ConfigCheck.AppOf.Found(
          new FolderCheck.Known(app, List.of(), List.of(), LoadRequest.VERSIONS, Permissions.NONE));
    }
    if (app == null) {
      throw usage("--config with a DIR needs --app, the name under apps: there");
    }
    return ConfigCheck.app(config, app, context.environment());
  }

  private FolderCheck.Known withOptions(FolderCheck.Known known) {
    Permissions of = known.permissions();
    Set<String> words = new HashSet<>(of.allow());
    words.addAll(allow);
    List<String> paths = new ArrayList<>(of.allowPaths());
    paths.addAll(allowPaths);
    return new FolderCheck.Known(
        known.app(),
        envFiles,
        known.compose(),
        known.versions(),
        new Permissions(words, paths, of.allowImages()));
  }

  private static CliException usage(String message) {
    return new CliException(CliException.USAGE, message);
  }

  private void print(Checked checked) {
    checked
        .findings()
        .forEach(finding -> context.terminal().err().println(Text.line(finding.toString())));
    if (checked.valid()) {
      context
          .terminal()
          .out()
          .println(Text.line(checked.subject() + ": valid, " + checked.holds()));
    }
  }

  private void json(JsonNode value) {
    context.terminal().out().println(Text.json(value.toPrettyString()));
  }

  private static List<Finding> findings(List<Checked> all) {
    return all.stream().flatMap(checked -> checked.findings().stream()).toList();
  }

  private static ArrayNode json(List<Checked> all) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Finding finding : findings(all)) {
      list.addObject()
          .put("file", finding.file())
          .put("line", finding.line())
          .put("column", finding.column())
          .put("severity", finding.level())
          .put("rule", SarifReport.rule(finding))
          .put("message", finding.message());
    }
    return list;
  }
}
