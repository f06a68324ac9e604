package dev.holdfast.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code docs/compose-keys.md}, read: its rows by heading. */
public final class KeysTable {
  private static final Path FILE = Path.of("docs/compose-keys.md");
  private static final Pattern HEADING = Pattern.compile("## `(.+)`");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z0-9_]+)` \\| (supported|notice|refused) \\| ?(.*?) ?\\|");
  private static final Pattern FIELD = Pattern.compile("`([A-Z][A-Za-z0-9.*]+)`.*");

  private KeysTable() {}

  public record Row(String key, String status, String remark) {
    /** The engine's field as a path, where the row names one. */
    public Optional<String> field() {
      Matcher matcher = FIELD.matcher(remark);
      return matcher.matches() && status.equals("supported")
          ? Optional.of("/" + Objects.requireNonNull(matcher.group(1)).replace('.', '/'))
          : Optional.empty();
    }
  }

  public static Map<String, List<Row>> read() {
    Map<String, List<Row>> sections = new LinkedHashMap<>();
    List<Row> rows = new ArrayList<>();
    for (String line : lines(FILE)) {
      Matcher heading = HEADING.matcher(line);
      Matcher row = ROW.matcher(line);
      if (heading.matches()) {
        rows = new ArrayList<>();
        sections.put(heading.group(1), rows);
      } else if (row.matches()) {
        rows.add(new Row(row.group(1), row.group(2), row.group(3)));
      } else if (line.startsWith("| `")) {
        throw new AssertionError("not a row of the table: " + line);
      }
    }
    return sections;
  }

  static Set<String> keys(List<Row> rows, String status) {
    return rows.stream()
        .filter(row -> row.status().equals(status))
        .map(Row::key)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  public static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
