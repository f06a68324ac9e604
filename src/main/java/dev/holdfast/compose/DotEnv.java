package dev.holdfast.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An env file as compose reads it, which is not {@code docker run --env-file}: an {@code export}
 * prefix, {@code KEY: value}, double quotes with escapes, single quotes without, both over several
 * lines, {@code " #"} comments after unquoted values, and variables expanded everywhere but in
 * single quotes. A key alone takes the value from outside and stays unset where there is none.
 */
public final class DotEnv {
  private static final int MOST_FAULTS = 50;
  private static final int MOST_TEXT = 4 << 20;
  private static final int MOST_VALUES = 10_000;
  private static final Pattern EXPORT = Pattern.compile("^export\\s+");
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_.\\-\\[\\]]+");

  private final Function<String, @Nullable String> outside;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Set<String> unset = new LinkedHashSet<>();
  private final String text;
  private int at;
  private int length;

  private DotEnv(String text, Function<String, @Nullable String> outside) {
    this.text = text;
    this.outside = outside;
  }

  /** What is wrong in a line, counted from 1; never shows the line's value. */
  public record Fault(int line, String message) {}

  /**
   * The variables in the order of the file.
   *
   * @param unset keys whose value used a variable that was nowhere set; the variable's name may be
   *     a part of a password
   */
  public record Result(Map<String, String> values, List<Fault> faults, Set<String> unset) {
    @Override
    public String toString() {
      return "Result" + values.keySet() + faults;
    }
  }

  /** {@code outside} is asked before earlier keys of the file; null for what it does not know. */
  public static Result parse(String text, Function<String, @Nullable String> outside) {
    DotEnv run = new DotEnv(clean(text), outside);
    run.statements();
    return new Result(run.values, run.faults, run.unset);
  }

  /**
   * {@code format: raw}: {@code KEY=value} to the end of the line, without quotes, comments after
   * values or expansion.
   */
  public static Result parseRaw(String text, Function<String, @Nullable String> outside) {
    DotEnv run = new DotEnv(clean(text), outside);
    run.text.lines().takeWhile(line -> run.goesOn()).forEach(run::rawLine);
    return new Result(run.values, run.faults, run.unset);
  }

  private static String clean(String text) {
    String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    return unmarked.replace("\r\n", "\n");
  }

  private void rawLine(String line) {
    String trimmed = line.stripLeading();
    if (!trimmed.isEmpty() && !trimmed.startsWith("#")) {
      rawStatement(trimmed);
    }
    at += line.length() + 1;
  }

  private void rawStatement(String trimmed) {
    int equals = trimmed.indexOf('=');
    String key = equals < 0 ? trimmed : trimmed.substring(0, equals);
    if (key.isEmpty() || key.chars().anyMatch(Character::isWhitespace)) {
      fault(at, "has no valid variable name before the '='; write KEY=value");
    } else if (equals < 0) {
      inherit(key);
    } else {
      set(key, trimmed.substring(equals + 1));
    }
  }

  private void statements() {
    while (goesOn() && length <= MOST_TEXT && skipToStatement()) {
      at += export();
      int start = at;
      int end = keyEnd();
      String key = text.substring(start, end).strip();
      if (!NAME.matcher(key).matches()) {
        fault(start, "does not start with a variable name; write KEY=value");
        at = lineEnd(start);
      } else if (end == text.length() || text.charAt(end) == '\n') {
        inherit(key);
        at = end;
      } else {
        at = end + 1;
        value(key);
      }
    }
  }

  private boolean goesOn() {
    return faults.size() < MOST_FAULTS && values.size() <= MOST_VALUES;
  }

  private void set(String key, String value) {
    values.put(key, value);
    if (values.size() > MOST_VALUES) {
      fault(at, "makes it more than " + MOST_VALUES + " variables; shorten the file");
    }
  }

  /** How long the word before the key is. */
  private int export() {
    if (!text.startsWith("export", at)) {
      return 0;
    }
    Matcher export = EXPORT.matcher(text.substring(at, Math.min(text.length(), at + 64)));
    return export.find() ? export.end() : 0;
  }

  private void inherit(String key) {
    String value = outside.apply(key);
    if (value != null) {
      set(key, value);
    }
  }

  /** Skips blank lines and comments; false at the end of the file. */
  private boolean skipToStatement() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '#') {
        at = lineEnd(at);
      } else if (Character.isWhitespace(c) || isBlank(c)) {
        at++;
      } else {
        return true;
      }
    }
    return false;
  }

  private int keyEnd() {
    int end = at;
    while (end < text.length() && "=:\n".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private int lineEnd(int from) {
    int newline = text.indexOf('\n', from);
    return newline < 0 ? text.length() : newline;
  }

  private void value(String key) {
    while (at < text.length() && isBlank(text.charAt(at))) {
      at++;
    }
    char first = at < text.length() ? text.charAt(at) : '\n';
    if (first == '"' || first == '\'') {
      quoted(key, first);
    } else {
      int end = lineEnd(at);
      String value = text.substring(at, end);
      int comment = value.indexOf(" #");
      set(
          key,
          expand(key, (comment < 0 ? value : value.substring(0, comment)).stripTrailing(), at));
      at = end;
    }
  }

  private void quoted(String key, char quote) {
    int start = at;
    StringBuilder chars = new StringBuilder();
    for (int i = start + 1; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean escape = c == '\\' && i + 1 < text.length();
      if (c == quote) {
        at = i + 1;
        set(
            key,
            quote == '"'
                ? expand(key, DotEnvEscapes.unescape(chars.toString()), start)
                : chars.toString());
        return;
      }
      if (escape && text.charAt(i + 1) == quote) {
        chars.append(quote);
        i++;
      } else if (escape) {
        chars.append(c).append(text.charAt(i + 1));
        i++;
      } else {
        chars.append(c);
      }
    }
    fault(start, "opens a quote for " + key + " that is never closed; close it");
    at = text.length();
  }

  /**
   * What the interpolator says is not told: in a password with a dollar sign it would quote the
   * password.
   */
  private String expand(String key, String value, int place) {
    Interpolator.Result result = new Interpolator(this::lookup).interpolate(value);
    if (!result.errors().isEmpty()) {
      fault(
          place,
          "gives "
              + key
              + " a value with a '$' that cannot be replaced, or that needs a variable which is not"
              + " set; write $$ for a dollar sign, or quote the value with '");
    }
    if (!result.unset().isEmpty()) {
      unset.add(key);
    }
    length += result.text().length();
    if (length > MOST_TEXT) {
      fault(place, "makes the file grow beyond 4 MiB through its variables; shorten it");
    }
    return result.text();
  }

  private @Nullable String lookup(String name) {
    String value = outside.apply(name);
    return value == null ? values.get(name) : value;
  }

  private static boolean isBlank(char c) {
    return " \t\u000B\f\r\u0085\u00A0".indexOf(c) >= 0;
  }

  private void fault(int index, String message) {
    int line =
        1
            + (int)
                text.substring(0, Math.min(index, text.length()))
                    .chars()
                    .filter(c -> c == '\n')
                    .count();
    faults.add(new Fault(line, message));
  }
}
