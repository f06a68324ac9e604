package dev.holdfast.compose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Splits a {@code command} written as one string, as compose does (go-shellwords): quotes and
 * backslashes as in a shell, but no shell runs. What follows an unquoted {@code ;}, {@code &},
 * {@code |}, {@code <} or {@code >} is dropped, which {@link Result#cut()} says.
 */
final class ShellWords {
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean started;
  private boolean doubleQuoted;
  private boolean singleQuoted;
  private boolean backQuoted;
  private boolean dollarQuoted;

  private ShellWords() {}

  /** {@code cut}: the operator at which the rest was dropped, or null. */
  record Result(List<String> words, @Nullable Character cut) {}

  /** Empty where a quote or bracket is not closed. */
  static Optional<Result> split(String line) {
    return new ShellWords().run(line);
  }

  private Optional<Result> run(String line) {
    boolean escaped = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (escaped) {
        add(c);
        escaped = false;
      } else if (c == '\\' && !singleQuoted) {
        escaped = true;
      } else if (isSpace(c) && !quoted()) {
        finish();
      } else if (";&|<>".indexOf(c) >= 0 && !quoted()) {
        // A digit before '>' belongs to the redirection, as in 2>.
        if (c != '>' || word.isEmpty() || !Character.isDigit(word.charAt(0))) {
          finish();
        }
        return Optional.of(new Result(words, c));
      } else if (!character(c)) {
        return Optional.empty();
      }
    }
    finish();
    return escaped || quoted() ? Optional.empty() : Optional.of(new Result(words, null));
  }

  /** False where the character cannot stand here. */
  private boolean character(char c) {
    if (c == '"' && !singleQuoted && !dollarQuoted) {
      started |= doubleQuoted;
      doubleQuoted = !doubleQuoted;
      return true;
    }
    if (c == '\'' && !doubleQuoted && !dollarQuoted) {
      started |= singleQuoted;
      singleQuoted = !singleQuoted;
      return true;
    }
    if (c == '(' && !singleQuoted && !doubleQuoted && !backQuoted) {
      if (dollarQuoted || word.isEmpty() || word.charAt(word.length() - 1) != '$') {
        return false;
      }
      dollarQuoted = true;
    } else if (c == ')' && !singleQuoted && !doubleQuoted && !backQuoted) {
      dollarQuoted = !dollarQuoted;
    } else if (c == '`' && !singleQuoted && !doubleQuoted && !dollarQuoted) {
      backQuoted = !backQuoted;
    }
    add(c);
    return true;
  }

  private boolean quoted() {
    return doubleQuoted || singleQuoted || backQuoted || dollarQuoted;
  }

  private void add(char c) {
    word.append(c);
    started = true;
  }

  private void finish() {
    if (started) {
      words.add(word.toString());
      word.setLength(0);
      started = false;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
