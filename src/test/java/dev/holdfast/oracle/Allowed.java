package dev.holdfast.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * The differences between docker-compose 1.29 and Holdfast that are meant, each with its reason:
 * the table {@code allowed.yaml}. An entry holds for a path, and for exactly what the two say
 * there; what none of them does say counts as {@code absent}. {@code $1} in what Holdfast says is
 * what the first group of what 1.29 says matched.
 */
final class Allowed {
  static final String ABSENT = "absent";

  private final List<Entry> entries;
  private final Set<String> met = new ConcurrentSkipListSet<>();

  private record Entry(String why, Pattern at, Pattern v1, String holdfast, List<String> cases) {
    boolean allows(String fixture, String path, String theirs, String ours) {
      if ((!cases.isEmpty() && !cases.contains(fixture)) || !at.matcher(path).matches()) {
        return false;
      }
      Matcher matcher = v1.matcher(theirs);
      return matcher.matches() && Pattern.matches(filled(matcher), ours);
    }

    private String filled(Matcher matcher) {
      String filled = holdfast;
      for (int i = 1; i <= matcher.groupCount(); i++) {
        filled = filled.replace("$" + i, Pattern.quote(Objects.toString(matcher.group(i), "")));
      }
      return filled;
    }

    String text() {
      return at + ": " + v1 + " -> " + holdfast + " " + cases + " (" + why + ")";
    }
  }

  private Allowed(List<Entry> entries) {
    this.entries = entries;
  }

  static Allowed read(Path file) {
    try {
      Object table =
          new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file));
      List<Entry> entries = new ArrayList<>();
      for (Object group : (List<?>) table) {
        Map<?, ?> map = (Map<?, ?>) group;
        String why = String.valueOf(map.get("why"));
        List<String> cases =
            map.get("cases") instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
        for (Object one : (List<?>) Objects.requireNonNull(map.get("allow"), why)) {
          List<?> row = (List<?>) one;
          entries.add(
              new Entry(
                  why,
                  Pattern.compile(String.valueOf(row.get(0))),
                  Pattern.compile(String.valueOf(row.get(1)), Pattern.DOTALL),
                  String.valueOf(row.get(2)),
                  cases));
        }
      }
      return new Allowed(entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What differs and is in no entry. */
  List<String> differences(String fixture, Map<String, String> v1, Map<String, String> holdfast) {
    Set<String> paths = new TreeSet<>(v1.keySet());
    paths.addAll(holdfast.keySet());
    List<String> differences = new ArrayList<>();
    for (String path : paths) {
      String theirs = v1.getOrDefault(path, ABSENT);
      String ours = holdfast.getOrDefault(path, ABSENT);
      if (!theirs.equals(ours) && !isAllowed(fixture, path, theirs, ours)) {
        differences.add(path + "\n    1.29:     " + theirs + "\n    Holdfast: " + ours);
      }
    }
    return differences;
  }

  private boolean isAllowed(String fixture, String path, String theirs, String ours) {
    List<Entry> allowing =
        entries.stream().filter(entry -> entry.allows(fixture, path, theirs, ours)).toList();
    allowing.forEach(entry -> met.add(entry.text()));
    return !allowing.isEmpty();
  }

  /** Entries that no case needed. */
  List<String> neverMet() {
    return entries.stream().map(Entry::text).filter(entry -> !met.contains(entry)).toList();
  }
}
