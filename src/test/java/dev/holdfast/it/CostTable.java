package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The figures of {@code make bench}: one table, with its JSON in {@code target/bench}. A figure
 * that is measured again replaces the old one, so the parts may run one by one.
 */
final class CostTable {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final Path FOLDER = Path.of("target/bench");
  private static final Path FILE = FOLDER.resolve("figures.json");

  /**
   * @param value the median of several runs where there were several
   * @param bar what is wanted, in words
   * @param beside a command of the same run that does the same, and the figure's ratio to it
   */
  record Figure(String name, double value, String unit, String bar, String beside) {}

  /** Each part has a table of its own. */
  private static final Set<String> OF_THIS_RUN = ConcurrentHashMap.newKeySet();

  private final Map<String, Figure> figures = new TreeMap<>();

  CostTable() {
    try {
      if (Files.exists(FILE)) {
        for (JsonNode old : JSON.readTree(Files.readString(FILE)).path("figures")) {
          Figure figure =
              new Figure(
                  old.path("name").asText(),
                  old.path("value").asDouble(),
                  old.path("unit").asText(),
                  old.path("bar").asText(),
                  old.path("beside").asText());
          figures.put(figure.name(), figure);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void put(Figure figure) {
    OF_THIS_RUN.add(figure.name());
    figures.put(figure.name(), figure);
  }

  void put(String name, double value, String unit, String bar) {
    put(new Figure(name, value, unit, bar, ""));
  }

  void put(String name, double[] values, String unit, String bar) {
    put(new Figure(name, median(values), unit, bar, spread(values)));
  }

  /** Beside what somebody would do otherwise, measured in the same run. */
  void put(String name, double[] values, String unit, String bar, String other, double[] others) {
    String ratio =
        String.format(
            Locale.ROOT,
            "%.2f of %s (%s %s)",
            median(values) / median(others),
            other,
            number(median(others)),
            unit);
    put(new Figure(name, median(values), unit, bar, spread(values) + "; " + ratio));
  }

  static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String spread(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted.length
        + " runs, "
        + number(sorted[0])
        + " to "
        + number(sorted[sorted.length - 1]);
  }

  static String number(double value) {
    return String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 1 ? "%.1f" : "%.3f", value);
  }

  /** What an earlier run left must not be taken for what this one measured. */
  private static String beside(Figure figure) {
    return OF_THIS_RUN.contains(figure.name())
        ? figure.beside()
        : "(of an earlier run) " + figure.beside();
  }

  /** Prints all there is, and writes it. */
  void print() {
    List<String> lines = new ArrayList<>();
    lines.add("bench: on " + machine());
    for (Figure figure : figures.values()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "bench: %-62s %9s %-5s %-14s %s",
              figure.name(),
              number(figure.value()),
              figure.unit(),
              figure.bar(),
              beside(figure)));
    }
    lines.forEach(System.out::println);
    write();
  }

  private void write() {
    ObjectNode all = JSON.createObjectNode().put("machine", machine());
    figures.values().forEach(figure -> all.withArray("/figures").addPOJO(JSON.valueToTree(figure)));
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(FILE, all.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String machine() {
    try {
      String cpu =
          Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
              .filter(line -> line.startsWith("model name"))
              .findFirst()
              .map(line -> line.substring(line.indexOf(':') + 1).strip())
              .orElse("an unknown processor");
      String load = Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
      return Runtime.getRuntime().availableProcessors()
          + " cores of "
          + cpu
          + ", Linux "
          + System.getProperty("os.version")
          + ", load "
          + load;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A series of one figure over time, for the plot. */
  record Line(String name, String colour, List<double[]> points, @Nullable Double bar) {}

  /** A plot of the lines over time in seconds; from 0 to the highest of points and bars. */
  static void plot(String name, String unit, List<Line> lines) {
    double wide = 0;
    double high = 0;
    for (Line line : lines) {
      high = Math.max(high, line.bar() == null ? 0 : line.bar());
      for (double[] point : line.points()) {
        wide = Math.max(wide, point[0]);
        high = Math.max(high, point[1]);
      }
    }
    StringBuilder svg =
        new StringBuilder(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 820 360' font-family='sans-serif'"
                + " font-size='12'><rect width='820' height='360' fill='white'/>");
    int row = 20;
    for (Line line : lines) {
      StringBuilder path = new StringBuilder();
      for (double[] point : line.points()) {
        path.append(at(point[0], wide, point[1], high)).append(' ');
      }
      svg.append("<polyline fill='none' stroke='" + line.colour() + "' points='" + path + "'/>");
      if (line.bar() != null) {
        String bar = at(0, wide, line.bar(), high) + " " + at(wide, wide, line.bar(), high);
        svg.append(
            "<polyline stroke-dasharray='4' stroke='" + line.colour() + "' points='" + bar + "'/>");
      }
      double last = line.points().isEmpty() ? 0 : line.points().getLast()[1];
      svg.append(
          "<text x='70' y='%d' fill='%s'>%s: %s %s at the end</text>"
              .formatted(row, line.colour(), line.name(), number(last), unit));
      row += 16;
    }
    svg.append(
        "<text x='8' y='45'>%s %s</text><text x='8' y='330'>0</text><text x='740' y='352'>%s s</text></svg>\n"
            .formatted(number(high), unit, number(wide)));
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(FOLDER.resolve(name + ".svg"), svg.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String at(double x, double wide, double y, double high) {
    return String.format(
        Locale.ROOT,
        "%.1f,%.1f",
        60 + 740 * x / Math.max(wide, 1),
        330 - 290 * y / Math.max(high, 1));
  }
}
