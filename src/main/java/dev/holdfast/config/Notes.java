package dev.holdfast.config;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The problems found so far in one reading of agent.yaml, and what it is read with. Bounded: a
 * hostile file can hold any number.
 */
final class Notes {
  private static final int MOST = 200;
  private static final int SHOWN = 80;
  private final String file;
  private final Surroundings surroundings;
  private final Set<ConfigProblem> problems = new LinkedHashSet<>();

  Notes(String file, Surroundings surroundings) {
    this.file = file;
    this.surroundings = surroundings;
  }

  Map<String, String> environment() {
    return surroundings.environment();
  }

  Surroundings surroundings() {
    return surroundings;
  }

  void add(Node node, String message) {
    int line = node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    int column = node.getStartMark().map(mark -> mark.getColumn() + 1).orElse(1);
    add(line, column, message);
  }

  void add(int line, int column, String message) {
    if (problems.size() < MOST) {
      problems.add(new ConfigProblem(file, line, column, message));
    }
  }

  List<ConfigProblem> problems() {
    return problems.stream()
        .sorted(
            Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column))
        .toList();
  }

  /** Fit for a terminal and a log. */
  static String shown(String text) {
    String visible = text.replaceAll("\\p{Cntrl}", "?");
    return visible.length() > SHOWN ? visible.substring(0, SHOWN) + "…" : visible;
  }
}
