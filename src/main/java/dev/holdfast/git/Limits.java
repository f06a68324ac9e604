package dev.holdfast.git;

import java.time.Duration;

/**
 * How long git may take.
 *
 * @param look for one question to the remote
 * @param idle without a sign of progress, for a fetch
 * @param fetch for a whole fetch, progress or not
 * @param local for commands that ask no remote
 */
record Limits(Duration look, Duration idle, Duration fetch, Duration local) {
  static final Limits DEFAULT =
      new Limits(
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofMinutes(15),
          Duration.ofMinutes(2));
}
