package dev.holdfast.compose;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Changes the files of a fixture a little, each time in another way: what a fuzzer eats. */
final class Mutator {
  private static final List<String> PIECES =
      List.of(
          "${",
          "}",
          "${A:-",
          "$$",
          "*a",
          "&a ",
          "<<: ",
          "!reset ",
          "!override ",
          "- ",
          ": ",
          "\n",
          "\t",
          "[",
          "]",
          "{",
          "}",
          "'",
          "\"",
          "\0",
          "\uFEFF",
          "..",
          "/",
          "~",
          "0x",
          "1e999",
          "-1",
          "99999999999999999999",
          "|\n",
          ">\n",
          "? ",
          "# ",
          "---\n",
          "x-",
          "null",
          "include: ",
          "extends: ",
          "secrets: ",
          "configs: ",
          "é",
          "😀",
          "%",
          "@",
          "`");

  private Mutator() {}

  static Fixture mutated(Fixture fixture, List<Fixture> others, Random random) {
    Map<String, String> sections =
        fixture.sections().entrySet().stream()
            .filter(section -> !section.getKey().equals("expected"))
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey,
                    Map.Entry::getValue,
                    (a, b) -> a,
                    java.util.LinkedHashMap::new));
    List<String> names =
        sections.keySet().stream()
            .filter(name -> !name.equals("request") && !name.equals("variables"))
            .toList();
    for (int i = random.nextInt(4); i >= 0; i--) {
      String name = names.get(random.nextInt(names.size()));
      sections.put(
          name, mutated(sections.get(name), others.get(random.nextInt(others.size())), random));
    }
    return new Fixture(fixture.name(), sections);
  }

  static String mutated(String text, Fixture other, Random random) {
    int at = random.nextInt(text.length() + 1);
    int end = Math.min(text.length(), at + random.nextInt(12));
    return switch (random.nextInt(6)) {
      case 0 -> text.substring(0, at);
      case 1 -> text.substring(0, at) + text.substring(end);
      case 2 ->
          text.substring(0, at) + PIECES.get(random.nextInt(PIECES.size())) + text.substring(at);
      case 3 -> swapLines(text, random);
      case 4 -> text.substring(0, at) + (char) random.nextInt(0x250) + text.substring(end);
      default -> withValueOf(text, other, random);
    };
  }

  private static String swapLines(String text, Random random) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    String moved = lines.remove(random.nextInt(lines.size()));
    lines.add(random.nextInt(lines.size() + 1), moved);
    return String.join("\n", lines);
  }

  /** Gives one key the value of another: the right shape in the wrong place. */
  private static String withValueOf(String text, Fixture other, Random random) {
    List<String> lines = new ArrayList<>(Arrays.asList(text.split("\n", -1)));
    List<String> values =
        other.sections().values().stream()
            .flatMap(String::lines)
            .filter(line -> line.contains(": "))
            .toList();
    int line = random.nextInt(lines.size());
    String written = lines.get(line);
    if (!values.isEmpty() && written.contains(":")) {
      String value = values.get(random.nextInt(values.size()));
      lines.set(
          line, written.substring(0, written.indexOf(':')) + value.substring(value.indexOf(": ")));
    }
    return String.join("\n", lines);
  }
}
