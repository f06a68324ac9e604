package dev.holdfast.cli;

import dev.holdfast.api.Views;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A command as a shell runs it: words in, what it printed and its exit code out. It is two hours
 * past noon.
 */
public final class Command {
  private Command() {}

  public record Result(int code, String out, String err) {}

  /**
   * @param words options of the agent's address may stand before the command's name
   */
  public static Result run(String... words) {
    return run(Map.of(), words);
  }

  static Result run(Map<String, String> environment, String... words) {
    List<String> ordered = new ArrayList<>(Arrays.asList(words));
    if (!ordered.isEmpty() && ordered.getFirst().equals("--socket")) {
      String option = ordered.removeFirst();
      String path = ordered.removeFirst();
      ordered.addAll(List.of(option, path));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(outStream, errStream, false, false, 80);
    Context context =
        new Context(terminal, environment, InstantSource.fixed(Views.NOON.plusSeconds(7200)));
    int code = Holdfast.run(context, Wiring.commands(context), ordered.toArray(String[]::new));
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
