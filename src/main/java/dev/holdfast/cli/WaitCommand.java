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
        "Waits until a release is confirmed, or has failed, or the time is out; for CI and scripts."
            + " Without a release, version or commit: the desired one.",
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

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      description =
          "append the deployment in Markdown to this file, such as $$GITHUB_STEP_SUMMARY, however"
              + " it ended; - for standard output, which then has nothing else")
  @Nullable String summary;

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
    AgentClient client = agent.client(context);
    Patience patience = new Patience(context, client, app);
    if (summary == null) {
      await(patience, selector);
      return 0;
    }
    SummaryFile file = new SummaryFile(context, client, app, summary);
    if (file.isOutput()) {
      patience.confirmTo(context.terminal().err());
    }
    try {
      await(patience, selector);
    } finally {
      file.append(selector);
    }
    return 0;
  }

  private void await(Patience patience, Selector selector) throws InterruptedException {
    patience.await(timeout, look -> Verdict.of(selector, look.app(), look.deployments()));
  }
}
