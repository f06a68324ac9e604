package dev.holdfast.rollout;

import dev.holdfast.model.Checkup;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.Probe;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a service must show to count as healthy.
 *
 * @param since when waiting began
 * @param mustComplete others wait for it to end with exit status 0
 * @param mayComplete exit status 0 is as good as running
 */
public record Expectation(
    Instant since,
    boolean mustComplete,
    boolean mayComplete,
    @Nullable Probe probe,
    @Nullable Healthcheck healthcheck) {
  /** How long a service without probe and healthcheck must run without restarting (contract §4). */
  public static final Duration STABLE = Duration.ofSeconds(5);

  private static final Duration MARGIN = Duration.ofSeconds(30);
  private static final Duration COMPLETION = Duration.ofMinutes(30);
  private static final Duration DOCKERS_INTERVAL = Duration.ofSeconds(30);
  private static final int DOCKERS_RETRIES = 3;
  // Where the engine does not tell the check that is in force, it still ends "starting" by itself.
  // This only bounds one that does not.
  private static final Duration FROZEN = Duration.ofMinutes(10);

  /** Nothing is waited for longer than this. */
  public Instant deadline() {
    return deadline(null);
  }

  /**
   * @param checkup the check that is in force, the image's own where Compose has none; it counts
   *     before what Compose says
   */
  Instant deadline(@Nullable Checkup checkup) {
    Duration longest = mustComplete ? COMPLETION : MARGIN;
    if (probe != null) {
      longest =
          max(
              longest,
              probe
                  .startPeriod()
                  .plus(
                      probe
                          .interval()
                          .plus(probe.timeout())
                          .multipliedBy((long) probe.retries() + probe.successes() - 1))
                  .plus(MARGIN));
    }
    if (checkup != null) {
      longest = max(longest, checkup.longest().plus(MARGIN));
    } else if (healthcheck != null && !healthcheck.disabled()) {
      longest = max(longest, ofHealthcheck(healthcheck).plus(MARGIN));
    }
    return since.plus(longest);
  }

  /**
   * The same while the engine says "starting": a life that began late has its own start period and
   * tries, and a container that begins one life after the other has them once more and no longer.
   */
  Instant startingDeadline(@Nullable Checkup checkup, @Nullable Instant started) {
    Instant plain = deadline(checkup);
    if (checkup == null) {
      return later(plain, since.plus(FROZEN));
    }
    Duration own = checkup.longest().plus(MARGIN);
    Instant ofThisLife = (started == null ? since : started).plus(own);
    Instant last = since.plus(own.multipliedBy(2));
    return later(plain, ofThisLife.isAfter(last) ? last : ofThisLife);
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  private static Duration ofHealthcheck(Healthcheck check) {
    Duration interval = check.interval() == null ? DOCKERS_INTERVAL : check.interval();
    Duration timeout = check.timeout() == null ? DOCKERS_INTERVAL : check.timeout();
    int retries = check.retries() == null ? DOCKERS_RETRIES : check.retries();
    Duration start = check.startPeriod() == null ? Duration.ZERO : check.startPeriod();
    return start.plus(interval.plus(timeout).multipliedBy(retries));
  }

  private static Duration max(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
