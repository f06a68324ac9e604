package dev.holdfast.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "wait",
    description =
        "For CI: returns once a release is confirmed, or has failed, or the time is out. Without a"
            + " release, version or commit: the desired one.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:it is confirmed",
      "1:it failed, or time is out",
      "4:no agent answered until the time was out"
    })
final class WaitCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(paramLabel = "APP")
  String app = "";

  @ArgGroup(exclusive = true)
  @Nullable Wanted wanted;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "such as 90s or 1h30m (default: ${DEFAULT-VALUE})",
      defaultValue = "10m",
      converter = Durations.class)
  Duration timeout = Duration.ofMinutes(10);

  @Mixin AgentOptions agent = new AgentOptions();

  static final class Wanted {
    @Option(
        names = "--release",
        paramLabel = "ID",
        description = "the release's 12 hexadecimal digits")
    @Nullable String release;

    @Option(names = "--version", paramLabel = "NAME", description = "`version` of versions.yaml")
    @Nullable String version;

    @Option(
        names = "--commit",
        paramLabel = "SHA",
        description = "`commit` of versions.yaml, or the source's revision; 7 digits or more")
    @Nullable String commit;

    Selector selector() {
      if (release != null) {
        return new Selector.Release(release);
      }
      if (version != null) {
        return new Selector.Version(version);
      }
      return commit == null ? new Selector.Desired() : new Selector.Commit(commit);
    }
  }

  WaitCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws InterruptedException {
    Selector selector = wanted == null ? new Selector.Desired() : wanted.selector();
    new Patience(context, agent.client(context), app)
        .await(timeout, look -> Verdict.of(selector, look.app(), look.deployments()));
    return 0;
  }
}
