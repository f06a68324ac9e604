package dev.holdfast.compose;

import dev.holdfast.compose.YamlSpans.Entry;
import dev.holdfast.compose.YamlSpans.Span;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;

/**
 * Edits versions.yaml in place: only the named values change, comments, order, quotes and line ends
 * stay. What is missing is added in the style of its surroundings. The result is read again, and is
 * given only where it says what was asked and nothing else changed.
 */
public final class VersionsEditor {
  private static final Pattern SERVICE = Pattern.compile("[a-zA-Z0-9._-]{1,100}");
  private static final String SERVICES = "services";

  private final String file;
  private final String newline;
  private final Problems problems = new Problems();
  private String text;

  private VersionsEditor(String file, String text) {
    this.file = file;
    this.text = text;
    this.newline = text.contains("\r\n") ? "\r\n" : "\n";
  }

  /** The new text, or why the file was left alone. */
  public sealed interface Result {
    record Edited(String text) implements Result {}

    record Refused(List<Problem> problems) implements Result {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  /**
   * @param file for messages
   * @param text the file as it is; empty for a new one
   * @param services what each service is to run; {@code version} and {@code commit}: null leaves
   *     them
   */
  public static Result set(
      String file,
      String text,
      Map<String, String> services,
      @Nullable String version,
      @Nullable String commit) {
    boolean marked = text.startsWith("\uFEFF");
    VersionsEditor editor = new VersionsEditor(file, marked ? text.substring(1) : text);
    editor.check(services, version, commit);
    if (!editor.problems.hasErrors()) {
      editor.edit(services, version, commit);
    }
    return editor.problems.hasErrors()
        ? new Result.Refused(editor.problems.errors())
        : new Result.Edited((marked ? "\uFEFF" : "") + editor.text);
  }

  private void check(
      Map<String, String> services, @Nullable String version, @Nullable String commit) {
    services.forEach(
        (service, wish) -> {
          if (!SERVICE.matcher(service).matches()) {
            refuse(
                "'"
                    + Keys.shown(service)
                    + "' is no name of a service; use letters, digits, '.', '_' and '-'");
          }
          try {
            VersionWish.parse(wish);
          } catch (IllegalArgumentException e) {
            refuse(
                "the version '"
                    + Keys.shown(wish)
                    + "' of "
                    + Keys.shown(service)
                    + ": "
                    + e.getMessage());
          }
        });
    for (String line : new String[] {version, commit}) {
      if (line != null
          && (line.isBlank()
              || line.length() > 512
              || line.chars().anyMatch(Character::isISOControl))) {
        refuse("a version and a commit must be one short line of text");
      }
    }
    Value document = YamlReader.read(file, text, problems);
    if (document != null && !GoScalars.isNull(document) && !(document instanceof Value.Mapping)) {
      refuse("is not a map, so it cannot be edited safely; correct it by hand");
    }
  }

  private void edit(
      Map<String, String> services, @Nullable String version, @Nullable String commit) {
    String before = text;
    if (commit != null) {
      put(null, "commit", commit);
    }
    if (version != null) {
      put(null, "version", version);
    }
    new TreeMap<>(services).forEach((service, wish) -> put(SERVICES, service, wish));
    if (!problems.hasErrors()) {
      VersionsFile old = read(before, new Problems());
      VersionsFile now = read(text, problems);
      if (now != null
          && !problems.hasErrors()
          && !new AskedVersions(services, version, commit).holds(now, old)) {
        refuse(
            "cannot be edited safely: the result would not read as was asked; correct it by hand");
      }
    }
  }

  private YamlSpans.@Nullable Map root() {
    return YamlSpans.of(text) instanceof YamlSpans.Map map ? map : null;
  }

  /** Sets a key at the top, or below {@code parent}. */
  private void put(@Nullable String parent, String key, String value) {
    YamlSpans.Map root = root();
    if (root == null) {
      text =
          text
              + (text.isEmpty() || text.endsWith("\n") ? "" : newline)
              + lines(parent, key, value, 0);
    } else if (parent == null) {
      top(root, key, value);
    } else {
      below(root, parent, key, value);
    }
  }

  private void top(YamlSpans.Map root, String key, String value) {
    if (root.find(key).isPresent() || root.flow() || root.entries().isEmpty()) {
      entry(root, key, value);
      return;
    }
    YamlSpans.Text first = root.entries().getFirst().key();
    replace(first.start(), first.start(), lines(null, key, value, 0) + " ".repeat(first.column()));
  }

  private void below(YamlSpans.Map root, String parent, String key, String value) {
    Entry entry = root.find(parent).orElse(null);
    if (entry == null && root.flow()) {
      insertFlow(root, parent + ": {" + pair(key, value) + "}");
    } else if (entry == null) {
      appendLine(root.end(), lines(parent, key, value, root.entries().getFirst().key().column()));
    } else if (entry.value() instanceof YamlSpans.Map map) {
      entry(map, key, value);
    } else if (entry.value() instanceof YamlSpans.Text nothing
        && nothing.bare()
        && nothing.value().isEmpty()
        && nothing.start() == nothing.end()
        && !root.flow()) {
      appendLine(nothing.end(), " ".repeat(entry.key().column() + 2) + pair(key, value) + newline);
    } else {
      refuse(
          "'"
              + parent
              + "' is not a plain map here, so it cannot be edited safely; correct it by hand");
    }
  }

  private void entry(YamlSpans.Map map, String key, String value) {
    Span old = map.find(key).map(Entry::value).orElse(null);
    if (old instanceof YamlSpans.Text scalar && scalar.bare() && isInline(scalar)) {
      String gap = scalar.start() > 0 && text.charAt(scalar.start() - 1) == ':' ? " " : "";
      replace(scalar.start(), scalar.end(), gap + ScalarText.render(value, scalar.style()));
    } else if (old != null) {
      refuse(
          "the value of '"
              + key
              + "' is an alias, an anchor, a block or a list, so it cannot be edited safely; correct it by hand");
    } else if (map.flow()) {
      insertFlow(map, pair(key, value));
    } else {
      appendLine(
          map.end(),
          " ".repeat(map.entries().getFirst().key().column()) + pair(key, value) + newline);
    }
  }

  private static boolean isInline(YamlSpans.Text scalar) {
    return scalar.style() == ScalarStyle.PLAIN
        || scalar.style() == ScalarStyle.SINGLE_QUOTED
        || scalar.style() == ScalarStyle.DOUBLE_QUOTED;
  }

  private void insertFlow(YamlSpans.Map map, String pair) {
    if (map.entries().isEmpty()) {
      replace(map.start() + 1, map.start() + 1, pair);
    } else {
      int end = map.entries().getLast().value().end();
      replace(end, end, ", " + pair);
    }
  }

  /** Puts whole lines below the line that {@code after} stands in, whose comment stays with it. */
  private void appendLine(int after, String lines) {
    int end = text.indexOf('\n', after);
    if (end >= 0) {
      replace(end + 1, end + 1, lines);
    } else {
      text = text + newline + lines;
    }
  }

  private String lines(@Nullable String parent, String key, String value, int indent) {
    String margin = " ".repeat(indent);
    return parent == null
        ? margin + pair(key, value) + newline
        : margin + parent + ":" + newline + margin + "  " + pair(key, value) + newline;
  }

  private static String pair(String key, String value) {
    return ScalarText.render(key, ScalarStyle.PLAIN)
        + ": "
        + ScalarText.render(value, ScalarStyle.PLAIN);
  }

  private void replace(int start, int end, String replacement) {
    text = text.substring(0, start) + replacement + text.substring(end);
  }

  private void refuse(String why) {
    problems.error(Place.whole(file), why);
  }

  private @Nullable VersionsFile read(String yaml, Problems found) {
    return VersionsFile.parse(file, yaml.getBytes(StandardCharsets.UTF_8), found);
  }
}
