package dev.holdfast.sim;

import dev.holdfast.model.WatchSpec;
import dev.holdfast.probe.Prober.Reading;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Knows how many of a container's answers are errors, by its address or its name. */
final class FakePrometheus {
  private static final Pattern SELECTOR = Pattern.compile("(instance|name)=~\"([^\"]*)\"");
  private static final double FEW = 0.01;
  private static final double MANY = 0.5;

  private final FakeEngine engine;
  boolean away;

  FakePrometheus(FakeEngine engine) {
    this.engine = engine;
  }

  Reading read(WatchSpec.Metric metric) {
    Matcher selector = SELECTOR.matcher(metric.query());
    if (away || !selector.find()) {
      return new Reading.None(away ? "connection refused" : "bad query: " + metric.query());
    }
    boolean byName = selector.group(1).equals("name");
    Pattern wanted = Pattern.compile(selector.group(2));
    List<Reading.Value> values =
        engine.containers.values().stream()
            .filter(FakeContainer::active)
            .filter(c -> wanted.matcher(byName ? c.name : c.address() + ":8080").matches())
            .map(c -> new Reading.Value(c.name, errors(c)))
            .toList();
    return new Reading.Values(values);
  }

  private static double errors(FakeContainer container) {
    return container.behaviour.kind() == Behaviour.Kind.SERVES_ERRORS ? MANY : FEW;
  }
}
