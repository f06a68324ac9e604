package dev.holdfast.notify;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of handing a message over. Its texts name no address: that may be a secret. */
sealed interface Outcome {
  record Delivered() implements Outcome {}

  /**
   * Worth another try.
   *
   * @param all the receiver takes nothing now, whatever it is; else this message's line alone waits
   * @param after what the receiver asked for; null: as patience has it
   */
  record Later(String why, boolean all, @Nullable Duration after) implements Outcome {}

  /** No further try would go better. */
  record Never(String why) implements Outcome {}

  default boolean isDelivered() {
    return this instanceof Delivered;
  }
}
