package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StopwatchTest {
  private static final Instant BEGUN = Instant.parse("2026-03-29T01:59:58Z");

  /** A machine whose time of day somebody sets, and whose counter goes on. */
  private static final class Machine implements Time {
    Instant day = BEGUN;
    long ticks = Long.MAX_VALUE - 1_000;

    @Override
    public Instant now() {
      return day;
    }

    @Override
    public long ticks() {
      return ticks;
    }

    @Override
    public void sleep(Duration duration) {
      day = day.plus(duration);
      ticks += duration.toNanos();
    }

    @Override
    public void checkStopping() {}
  }

  private final Machine machine = new Machine();
  private final Stopwatch watch = new Stopwatch(machine);

  @Test
  void itBeginsAtTheTimeOfDayAndGoesOnAsTheCounterDoesAlsoPastItsEnd() {
    assertThat(watch.now()).isEqualTo(BEGUN);
    machine.sleep(Duration.ofSeconds(7));
    assertThat(watch.now()).isEqualTo(BEGUN.plusSeconds(7));
  }

  @Test
  void aClockThatIsSetDoesNotMoveIt() {
    machine.sleep(Duration.ofSeconds(1));
    machine.day = BEGUN.plus(Duration.ofHours(1));
    assertThat(watch.now()).isEqualTo(BEGUN.plusSeconds(1));
    machine.day = BEGUN.minus(Duration.ofHours(2));
    machine.sleep(Duration.ofSeconds(1));
    assertThat(watch.now()).isEqualTo(BEGUN.plusSeconds(2));
  }

  @Test
  void theMachinesOwnCounterDoesNotGoBack() {
    SystemTime time = new SystemTime();
    long before = time.ticks();
    time.sleep(Duration.ofMillis(5));
    assertThat(time.ticks() - before).isGreaterThanOrEqualTo(Duration.ofMillis(4).toNanos());
  }
}
