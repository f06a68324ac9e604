package dev.holdfast.sim;

import dev.holdfast.reconcile.Time;
import java.time.Duration;
import java.time.Instant;

/** Time passes only by waiting. */
final class FakeTime implements Time {
  private Instant now = Instant.parse("2026-11-20T12:00:00Z");
  private Runnable onTick = () -> {};

  void onTick(Runnable action) {
    onTick = action;
  }

  @Override
  public Instant now() {
    return now;
  }

  @Override
  public void sleep(Duration duration) {
    now = now.plus(duration);
    onTick.run();
  }

  @Override
  public void checkStopping() {}
}
