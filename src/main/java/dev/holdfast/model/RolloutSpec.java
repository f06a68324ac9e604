package dev.holdfast.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The app's own {@code x-holdfast}: how a release of it is rolled out.
 *
 * @param guards what it is held against while it is watched; null where that is its health alone
 */
public record RolloutSpec(
    List<Migration> migrations,
    List<Smoke> smokes,
    List<After> afters,
    Duration watch,
    @Nullable WatchSpec guards) {
  public static final Duration DEFAULT_WATCH = Duration.ofSeconds(30);
  public static final RolloutSpec DEFAULT =
      new RolloutSpec(List.of(), List.of(), List.of(), DEFAULT_WATCH, null);

  /** Watched for their health alone. */
  public RolloutSpec(
      List<Migration> migrations, List<Smoke> smokes, List<After> afters, Duration watch) {
    this(migrations, smokes, afters, watch, null);
  }

  public RolloutSpec {
    migrations = List.copyOf(migrations);
    smokes = List.copyOf(smokes);
    afters = List.copyOf(afters);
  }
}
