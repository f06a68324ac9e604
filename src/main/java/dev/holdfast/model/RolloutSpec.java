package dev.holdfast.model;

import java.time.Duration;
import java.util.List;

/** The app's own {@code x-holdfast}: how a release of it is rolled out. */
public record RolloutSpec(
    List<Migration> migrations, List<Smoke> smokes, List<After> afters, Duration watch) {
  public static final Duration DEFAULT_WATCH = Duration.ofSeconds(30);
  public static final RolloutSpec DEFAULT =
      new RolloutSpec(List.of(), List.of(), List.of(), DEFAULT_WATCH);

  public RolloutSpec {
    migrations = List.copyOf(migrations);
    smokes = List.copyOf(smokes);
    afters = List.copyOf(afters);
  }
}
