package dev.holdfast.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code holdfast status [APP]}, what people and scripts ask most, and {@code holdfast agent
 * [--config FILE]}, as units start it, without picocli: to read a command's annotations takes
 * longer than a status. With any other option the words go the ordinary way.
 */
final class Shortcut {
  private Shortcut() {}

  /**
   * Null where these words are no such command.
   *
   * @param agent makes the command of that name
   */
  static @Nullable Callable<Integer> of(
      Context context, @Nullable Supplier<Object> agent, String... words) {
    if (words.length > 0 && words[0].equals("agent") && agent != null) {
      return agent.get() instanceof AgentCommand command ? agent(command, words) : null;
    }
    boolean plain = words.length == 1 || (words.length == 2 && isPlain(words[1]));
    if (!plain || !words[0].equals("status")) {
      return null;
    }
    StatusCommand status = new StatusCommand(context);
    status.app = words.length == 2 ? words[1] : null;
    return status;
  }

  private static @Nullable Callable<Integer> agent(AgentCommand command, String... words) {
    if (words.length == 3
        && words[1].equals("--config")
        && (isPlain(words[2]) || words[2].startsWith("/"))) {
      command.config = Path.of(words[2]);
      return command;
    }
    return words.length == 1 ? command : null;
  }

  /** An option, a file of arguments or an empty word is not. */
  private static boolean isPlain(String word) {
    return !word.isEmpty() && Character.isLetterOrDigit(word.charAt(0));
  }
}
