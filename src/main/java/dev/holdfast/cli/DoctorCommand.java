package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdfast.agent.Doctor;
import dev.holdfast.agent.Examination;
import dev.holdfast.agent.Examination.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = {
      "Checks all that the agent needs on this server (agent.yaml, engine, disk, clock, permissions,"
          + " git, registries), says what to do about each, and whether an agent answers. Changes"
          + " nothing and needs no agent."
    },
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:the agent can do its work; there may be warnings",
      "1:something keeps it from that"
    })
final class DoctorCommand implements Callable<Integer> {
  private final Context context;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "agent.yaml (default: $HOLDFAST_CONFIG, else /etc/holdfast/agent.yaml)")
  @Nullable Path config;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "the agent's socket (default: $HOLDFAST_SOCKET, else what agent.yaml says)")
  @Nullable Path socket;

  @Mixin OutputOption output = new OutputOption();

  DoctorCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Path named = SocketFinder.config(config, context.environment());
    Path file = (named == null ? SocketFinder.DEFAULT_CONFIG : named).toAbsolutePath();
    List<Examination> all =
        new ArrayList<>(Doctor.examine(file, context.environment(), context.clock().instant()));
    all.add(agent());
    if (output.isJson()) {
      OutputOption.print(context.terminal(), json(all));
    } else {
      print(all);
    }
    return all.stream().anyMatch(e -> e.verdict() == Verdict.FAILED) ? CliException.FAILED : 0;
  }

  /** One that does not run is no fault: that may be what is left to do. */
  private Examination agent() {
    try {
      Path found = SocketFinder.find(socket, config, context.environment());
      int apps = new AgentClient(found).get("ask the agent", "/api/v1/apps").size();
      return Examination.ok(
          "agent", "", "answers at " + found + ", with " + apps + (apps == 1 ? " app" : " apps"));
    } catch (CliException e) {
      return Examination.warning("agent", "", String.valueOf(e.getMessage()));
    }
  }

  private void print(List<Examination> all) {
    Terminal terminal = context.terminal();
    for (Examination found : all) {
      String subject = found.subject().isEmpty() ? "" : " " + found.subject();
      String line = word(found.verdict()) + "  " + found.check() + subject + ": " + found.message();
      List<String> lines = new ArrayList<>(terminal.broken(Text.line(line), 6));
      String first = lines.removeFirst();
      String word = terminal.paint(colour(found.verdict()), word(found.verdict()));
      terminal.out().println(word + first.substring(word(found.verdict()).length()));
      lines.forEach(terminal.out()::println);
    }
    long failed = all.stream().filter(e -> e.verdict() == Verdict.FAILED).count();
    long warned = all.stream().filter(e -> e.verdict() == Verdict.WARNING).count();
    terminal.out().println(summary(failed, warned));
  }

  private static String summary(long failed, long warned) {
    if (failed + warned == 0) {
      return "All is well.";
    }
    String warnings = warned + (warned == 1 ? " warning" : " warnings");
    return failed == 0
        ? "Nothing keeps the agent from its work; " + warnings + "."
        : failed
            + (failed == 1 ? " thing keeps" : " things keep")
            + " the agent from its work; "
            + warnings
            + ".";
  }

  /** All of one width. */
  private static String word(Verdict verdict) {
    return switch (verdict) {
      case OK -> "ok  ";
      case WARNING -> "warn";
      case FAILED -> "FAIL";
    };
  }

  private static Terminal.Colour colour(Verdict verdict) {
    return switch (verdict) {
      case OK -> Terminal.Colour.GREEN;
      case WARNING -> Terminal.Colour.YELLOW;
      case FAILED -> Terminal.Colour.RED;
    };
  }

  private static JsonNode json(List<Examination> all) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Examination found : all) {
      list.addObject()
          .put("check", found.check())
          .put("subject", found.subject())
          .put("status", found.verdict().name().toLowerCase(Locale.ROOT))
          .put("message", found.message());
    }
    return list;
  }
}
