package dev.holdfast.notify;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param lasting how long a trouble must be met, or missed, until it is told to have begun, or
 *     ended
 * @param quiet how long after it began the same trouble is not told to begin anew
 * @param first and {@code longest}: pauses between tries of a message, doubling
 * @param age after which a message is given up
 * @param exchange with a receiver, at most
 */
record Pace(
    Duration lasting,
    Duration quiet,
    Duration first,
    Duration longest,
    Duration age,
    Duration exchange) {
  static final Pace DEFAULT =
      new Pace(
          Duration.ofSeconds(10),
          Duration.ofMinutes(15),
          Duration.ofSeconds(5),
          Duration.ofMinutes(15),
          Duration.ofHours(24),
          Duration.ofSeconds(20));

  Duration pause(int failures) {
    Duration doubled = first.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), 20));
    return doubled.compareTo(longest) > 0 ? longest : doubled;
  }
}
