package dev.holdfast.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contrasts of WCAG 2.2 AA (§1.4.3, §1.4.11), from the colours that the style sheet has. */
class ContrastTest {
  private static final double TEXT = 4.5;
  private static final double CONTROL = 3;
  private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): (#[0-9a-f]{6});");
  private static final String DARK = "@media (prefers-color-scheme: dark) {";

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyTextIsReadableOnEverySurfaceItMayStandOn(boolean dark) throws IOException {
    Map<String, String> colours = colours(dark);
    for (String surface : named(colours, "surface-")) {
      for (String text : named(colours, "text-")) {
        assertThat(contrast(colours.get(text), colours.get(surface)))
            .as(text + " on " + surface)
            .isGreaterThanOrEqualTo(TEXT);
      }
      for (String line : named(colours, "line-")) {
        assertThat(contrast(colours.get(line), colours.get(surface)))
            .as(line + " on " + surface)
            .isGreaterThanOrEqualTo(CONTROL);
      }
    }
    for (String fill : named(colours, "fill-")) {
      String on = fill.replace("fill-", "on-");
      assertThat(contrast(colours.get(on), colours.get(fill)))
          .as(on + " on " + fill)
          .isGreaterThanOrEqualTo(TEXT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"color", "background", "border", "outline", "accent-color"})
  void noRuleHasAColourOfItsOwn(String property) throws IOException {
    Matcher uses =
        Pattern.compile("(?<![a-z-])" + property + "(-[a-z-]+)?: ([^;]*);").matcher(rules());
    Set<String> known = colours(false).keySet();
    while (uses.find()) {
      assertThat(uses.group(2)).doesNotContain("#").doesNotContain("rgb");
      Matcher variables = Pattern.compile("var\\(--([a-z-]+)\\)").matcher(uses.group(2));
      while (variables.find()) {
        assertThat(known).contains(variables.group(1));
      }
    }
  }

  @org.junit.jupiter.api.Test
  void aFillIsWrittenOnWithItsOwnColour() throws IOException {
    Matcher rule = Pattern.compile("\\{([^{}]*)}").matcher(rules());
    int found = 0;
    while (rule.find()) {
      Matcher fill = Pattern.compile("background: var\\(--fill-([a-z]+)\\)").matcher(rule.group(1));
      if (fill.find()) {
        found++;
        assertThat(rule.group(1)).contains("color: var(--on-" + fill.group(1) + ")");
      }
    }
    assertThat(found).isGreaterThanOrEqualTo(6);
  }

  @org.junit.jupiter.api.Test
  void theContrastIsThatOfTheStandard() {
    assertThat(contrast("#000000", "#ffffff")).isEqualTo(21);
    assertThat(contrast("#777777", "#ffffff")).isBetween(4.47, 4.49);
  }

  private static Set<String> named(Map<String, String> colours, String prefix) {
    Set<String> names = new TreeSet<>(colours.keySet());
    names.removeIf(name -> !name.startsWith(prefix));
    assertThat(names).as(prefix).hasSizeGreaterThanOrEqualTo(2);
    return names;
  }

  private static Map<String, String> colours(boolean dark) throws IOException {
    String css = css();
    Map<String, String> light = read(css.substring(0, css.indexOf(DARK)));
    if (!dark) {
      return light;
    }
    Map<String, String> colours = read(css.substring(css.indexOf(DARK)));
    assertThat(colours.keySet()).as("both schemes have all colours").isEqualTo(light.keySet());
    return colours;
  }

  private static Map<String, String> read(String css) {
    Map<String, String> colours = new TreeMap<>();
    Matcher matcher = COLOUR.matcher(css);
    while (matcher.find()) {
      colours.put(matcher.group(1), matcher.group(2));
    }
    return colours;
  }

  private static double contrast(String a, String b) {
    double first = luminance(a);
    double second = luminance(b);
    return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
  }

  private static double luminance(String colour) {
    return 0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);
  }

  private static double channel(String colour, int at) {
    double value = Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0;
    return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
  }

  /** Without the lines that define the colours. */
  private static String rules() throws IOException {
    return COLOUR.matcher(css()).replaceAll("");
  }

  private static String css() throws IOException {
    try (var in = ContrastTest.class.getResourceAsStream("/page/page.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
