package dev.holdfast.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The app's own {@code x-holdfast}: how a release of it is rolled out.
 *
 * @param guards what it is held against while it is watched; null where that is its health alone
 * @param backups by name; what is taken before the migrations of a deployment
 */
public record RolloutSpec(
    List<Migration> migrations,
    List<Smoke> smokes,
    List<After> afters,
    Duration watch,
    @Nullable WatchSpec guards,
    SortedMap<String, Backup> backups) {
  public static final Duration DEFAULT_WATCH = Duration.ofSeconds(30);
  public static final RolloutSpec DEFAULT =
      new RolloutSpec(List.of(), List.of(), List.of(), DEFAULT_WATCH, null, new TreeMap<>());

  public RolloutSpec {
    migrations = List.copyOf(migrations);
    smokes = List.copyOf(smokes);
    afters = List.copyOf(afters);
    // A release that was stored before there was such a thing has none.
    backups =
        Collections.unmodifiableSortedMap(
            backups == null ? new TreeMap<>() : new TreeMap<>(backups));
  }
}
