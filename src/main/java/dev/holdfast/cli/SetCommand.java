package dev.holdfast.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "set",
    description =
        "Edits a versions.yaml in place for CI: comments and order stay, and a reader sees the old"
            + " file or the new one.")
final class SetCommand implements Callable<Integer> {
  private final Context context;
  private final VersionsEdit edit;

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "the versions.yaml")
  Path file = Path.of("versions.yaml");

  @Parameters(
      arity = "0..*",
      paramLabel = "SERVICE=VERSION",
      description = "a tag, a digest, a range or a whole image")
  List<String> services = List.of();

  @Option(names = "--version", paramLabel = "V", description = "the name that people see")
  @Nullable String version;

  @Option(names = "--commit", paramLabel = "SHA", description = "the application's commit")
  @Nullable String commit;

  SetCommand(Context context, VersionsEdit edit) {
    this.context = context;
    this.edit = edit;
  }

  @Override
  public Integer call() {
    Map<String, String> wishes = wishes();
    if (wishes.isEmpty() && version == null && commit == null) {
      throw new CliException(
          CliException.USAGE,
          "could not edit "
              + file
              + " because nothing is to be set; give SERVICE=VERSION, --version or --commit");
    }
    SafeFile target = SafeFile.open(file);
    String after = edit.apply(file.toString(), target.text(), wishes, version, commit);
    if (after.equals(target.text())) {
      context.terminal().out().println(file + ": says so already");
    } else {
      target.replace(after);
      context.terminal().out().println(file + ": written");
    }
    return 0;
  }

  private Map<String, String> wishes() {
    Map<String, String> wishes = new LinkedHashMap<>();
    for (String service : services) {
      int equals = service.indexOf('=');
      if (equals < 1 || equals == service.length() - 1) {
        throw new CliException(
            CliException.USAGE, "'" + Text.line(service) + "' is not SERVICE=VERSION");
      }
      if (wishes.put(service.substring(0, equals), service.substring(equals + 1)) != null) {
        throw new CliException(
            CliException.USAGE,
            "service " + Text.line(service.substring(0, equals)) + " is named twice");
      }
    }
    return wishes;
  }
}
