package dev.holdfast.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many containers a service has and how an update goes through them. It is no part of what a
 * container is made from, so that scaling touches nothing that runs.
 *
 * @param parallelism how many are updated at a time; 0: all
 * @param delay between two batches
 * @param monitor how long a batch must stay healthy before the next one begins
 * @param drain start-first: how long old and new serve side by side, so that whoever resolves names
 *     has met the new ones, and how long the old ones then have before they are stopped
 * @param canary a first batch that has to prove itself; null for none
 */
public record Updating(
    int replicas,
    int parallelism,
    Strategy strategy,
    Duration delay,
    Duration monitor,
    Duration drain,
    @Nullable Canary canary) {
  public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(10);

  /** One container, which is stopped before the next one starts. */
  public static final Updating DEFAULT =
      new Updating(1, 1, Strategy.RECREATE, Duration.ZERO, Duration.ZERO, DEFAULT_DRAIN, null);

  /** What comes first. */
  public enum Strategy {
    /** The old one stops, then the new one starts. */
    RECREATE,
    /** The new one starts and is healthy, then the old one stops. */
    START_FIRST
  }

  /**
   * That many of the new version serve beside the old ones for that long.
   *
   * @param metrics what decides beside their health
   */
  public record Canary(int replicas, Duration duration, List<CanaryMetric> metrics) {
    public static final Duration DEFAULT_DURATION = Duration.ofMinutes(5);

    public Canary {
      metrics = List.copyOf(metrics);
    }

    public Canary(int replicas, Duration duration) {
      this(replicas, duration, List.of());
    }
  }

  /** The same in the order of a fallback: what a service that cannot run twice gets. */
  public Updating recreating() {
    return new Updating(replicas, parallelism, Strategy.RECREATE, delay, monitor, drain, canary);
  }

  /** The size of the batch that begins when {@code done} containers are updated already. */
  public int batch(int done) {
    if (canary != null && done < canary.replicas()) {
      return canary.replicas() - done;
    }
    return parallelism == 0 ? Math.max(1, replicas) : parallelism;
  }
}
