package dev.holdfast.compose;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Compose's interpolation of one text: {@code $A}, <code>${A}</code>, {@code :-} {@code -}
 * (default), {@code :?} {@code ?} (required), {@code :+} {@code +} (alternative), the forms with a
 * colon taking an empty variable for an unset one. Defaults, messages and alternatives are
 * interpolated in turn. {@code $$} is a dollar sign; a dollar before anything else ({@code $(},
 * {@code $1}) stays. A default that holds a line break is an error, as in compose.
 */
public final class Interpolator {
  private static final int MAX_DEPTH = 32;
  private static final int MAX_LENGTH = 1 << 20;

  private final Function<String, @Nullable String> variables;

  /** {@code variables}: null for a variable that is not set. */
  public Interpolator(Function<String, @Nullable String> variables) {
    this.variables = variables;
  }

  /**
   * The text, or what is wrong with it.
   *
   * @param unset variables without a default that silently became empty
   */
  public record Result(String text, List<String> errors, Set<String> unset) {
    public Result {
      errors = List.copyOf(errors);
      unset = Set.copyOf(unset);
    }

    @Override
    public String toString() {
      return "Result[errors=" + errors + ", unset=" + unset + "]";
    }
  }

  public Result interpolate(String template) {
    Run run = new Run();
    String text = run.expand(template, 0);
    return new Result(text, run.errors, run.unset);
  }

  private final class Run {
    private final List<String> errors = new ArrayList<>();
    private final Set<String> unset = new LinkedHashSet<>();
    private long length;

    String expand(String text, int depth) {
      if (depth > MAX_DEPTH) {
        errors.add("defaults are nested deeper than " + MAX_DEPTH + " levels; flatten them");
        return "";
      }
      StringBuilder out = new StringBuilder();
      int at = 0;
      while (at < text.length()) {
        int dollar = text.indexOf('$', at);
        if (dollar < 0 || dollar == text.length() - 1) {
          append(out, text.substring(at));
          return out.toString();
        }
        append(out, text.substring(at, dollar));
        at = substitute(text, dollar + 1, depth, out);
      }
      return out.toString();
    }

    /** Handles what follows the dollar at {@code at - 1} and returns where to go on. */
    private int substitute(String text, int at, int depth, StringBuilder out) {
      char next = text.charAt(at);
      if (next == '$') {
        append(out, "$");
        return at + 1;
      }
      if (next == '{') {
        return braced(text, at, depth, out);
      }
      int end = nameEnd(text, at);
      append(out, end == at ? "$" : plain(text.substring(at, end)));
      return end;
    }

    private int braced(String text, int open, int depth, StringBuilder out) {
      int close = closing(text, open);
      int end = nameEnd(text, open + 1);
      if (close < 0 || end == open + 1 || end > close) {
        errors.add("'${' has no valid body; write ${NAME}, or $${ for the characters themselves");
        return text.length();
      }
      String name = text.substring(open + 1, end);
      String body = text.substring(end, close);
      append(out, body.isEmpty() ? plain(name) : operator(name, body, depth));
      return close + 1;
    }

    private String operator(String name, String body, int depth) {
      boolean colon = body.startsWith(":");
      int at = colon ? 1 : 0;
      char operator = body.length() > at ? body.charAt(at) : ' ';
      if (operator != '-' && operator != '?' && operator != '+') {
        errors.add(
            "'${"
                + name
                + "…}' is not valid after the name; use :- or - (default), :? or ? (required), :+ or + (alternative)");
        return "";
      }
      String argument = body.substring(at + 1);
      String value = variables.apply(name);
      boolean present = value != null && !(colon && value.isEmpty());
      if (operator == '+') {
        return present ? expand(argument, depth + 1) : "";
      }
      if (value != null && present) {
        return value;
      }
      return operator == '-' ? expand(argument, depth + 1) : required(name, argument);
    }

    private String required(String name, String message) {
      // A message with a variable in it could show a secret.
      boolean tellable = !message.isBlank() && message.indexOf('$') < 0;
      errors.add(
          "the required variable "
              + name
              + " is not set"
              + (tellable ? " (" + message + ")" : "")
              + "; set it in an env-file of the app");
      return "";
    }

    private String plain(String name) {
      String value = variables.apply(name);
      if (value == null) {
        unset.add(name);
        return "";
      }
      return value;
    }

    private void append(StringBuilder out, String text) {
      if (length <= MAX_LENGTH && length + text.length() > MAX_LENGTH) {
        errors.add("grows beyond 1 MiB through its variables; shorten it");
      }
      length += text.length();
      if (length <= MAX_LENGTH) {
        out.append(text);
      }
    }
  }

  /**
   * The brace that closes the one at {@code open}, on the same line; where braces do not pair up,
   * the last one of the line.
   */
  private static int closing(String text, int open) {
    int depth = 0;
    int last = -1;
    for (int i = open; i < text.length() && text.charAt(i) != '\n'; i++) {
      char c = text.charAt(i);
      if (c == '{') {
        depth++;
      } else if (c == '}') {
        last = i;
        depth--;
        if (depth == 0) {
          return i;
        }
      }
    }
    return last;
  }

  private static int nameEnd(String text, int start) {
    int end = start;
    while (end < text.length() && isNamePart(text.charAt(end), end > start)) {
      end++;
    }
    return end;
  }

  private static boolean isNamePart(char c, boolean digits) {
    return c == '_'
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (digits && c >= '0' && c <= '9');
  }
}
