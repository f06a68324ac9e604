package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerBuilder;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.UpdateGap;
import dev.holdfast.model.WatchSpec;
import dev.holdfast.probe.Prober;
import dev.holdfast.registry.Registry;
import dev.holdfast.store.InMemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GapMeterTest {
  private static final Probe PROBE =
      new Probe(
          new Probe.Check.Tcp(8080),
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          3,
          Duration.ZERO,
          1);

  /** Milliseconds since the beginning, for the containers and for whoever asks them. */
  private long now;

  private final Map<String, long[]> answers = new HashMap<>();
  private final GapMeter meter = new GapMeter(ports());

  /** Answers from one moment until another. */
  private ObservedContainer replica(String id, int number, long from, long until) {
    answers.put(id, new long[] {from, until});
    return ContainerBuilder.of(id, "shop", "web")
        .label(Labels.COMPOSE_NUMBER, Integer.toString(number))
        .build();
  }

  private ObservedContainer old(int number, long until) {
    return replica("old" + number, number, 0, until);
  }

  private ObservedContainer fresh(int number, long from) {
    return replica("new" + number, number, from, Long.MAX_VALUE);
  }

  private void stopped(ObservedContainer old, long ended) {
    meter.leaves("web", old, PROBE);
    now = ended;
    meter.left("web", old.id());
  }

  private void started(ObservedContainer container, long at) {
    now = at;
    meter.comes("web", container, PROBE);
  }

  private UpdateGap measured() {
    List<Replaced> before =
        List.of(
            new Replaced("web", 1, "old1", "shop-web-1", "h", "i", RestartPolicy.NO, true),
            new Replaced("web", 2, "old2", "shop-web-2", "h", "i", RestartPolicy.NO, true));
    return meter.measured("web", before, List.of()).orElseThrow();
  }

  @Test
  void oneReplicaAfterTheOtherIsNoGap() {
    stopped(old(1, 1_000), 1_200);
    started(fresh(1, 3_000), 1_300);
    now = 4_000;
    stopped(old(2, 4_100), 4_300);
    started(fresh(2, 6_000), 4_400);
    now = 7_000;
    assertThat(measured()).isEqualTo(new UpdateGap(0, UpdateGap.By.PROBE));
  }

  @Test
  void allAtOnceAreAwayFromTheLastAnswerOfAnyOldOneToTheFirstOfAnyNewOne() {
    stopped(old(1, 1_000), 1_200);
    started(fresh(1, 5_000), 1_300);
    stopped(old(2, 2_000), 2_200);
    started(fresh(2, 4_500), 2_300);
    now = 7_000;
    assertThat(measured()).isEqualTo(new UpdateGap(2_500, UpdateGap.By.PROBE));
  }

  @Test
  void ofAPlaceThatWasFilledTwiceTheOneThatStandsThereCounts() {
    stopped(old(1, 1_000), 1_200);
    started(replica("died", 1, 1_300, 1_400), 1_250);
    now = 2_000;
    started(fresh(1, 4_000), 3_000);
    now = 7_000;
    assertThat(measured()).isEqualTo(new UpdateGap(3_000, UpdateGap.By.PROBE));
  }

  @Test
  void anOldOneIsAskedOnceBeforeItIsStoppedSoThatItsLastAnswerIsKnown() {
    ObservedContainer busy = replica("busy", 1, 120, 400);
    meter.leaves("web", busy, PROBE);
    assertThat(now).as("its first answer was awaited").isBetween(120L, 140L);
    now = 1_000;
    meter.left("web", busy.id());
    started(fresh(1, 2_000), 1_100);
    now = 3_000;
    assertThat(measured()).isEqualTo(new UpdateGap(1_600, UpdateGap.By.PROBE));
  }

  @Test
  void whatNeverAnswersIsNotAwaitedForLongAndTheEnginesTimesAreTaken() {
    ObservedContainer silent = replica("silent", 1, Long.MAX_VALUE, Long.MAX_VALUE);
    meter.leaves("web", silent, PROBE);
    assertThat(now).isLessThanOrEqualTo(500);
    meter.left("web", silent.id());
    started(fresh(1, 2_000), 1_000);
    now = 3_000;
    assertThat(meter.measured("web", List.of(), List.of()))
        .as("the engine of this test is away")
        .isEmpty();
  }

  private AppPorts ports() {
    AppPorts quiet = Quiet.ports(null, new InMemoryStore());
    return new AppPorts(
        quiet.definition(),
        quiet.engine(),
        (Registry) quiet.registry(),
        new Asked(),
        quiet.store(),
        quiet.backups(),
        quiet.redactor(),
        new Waiting(),
        quiet.signals(),
        quiet.workers(),
        quiet.gate());
  }

  /** Time passes when somebody waits. */
  private final class Waiting implements Time {
    @Override
    public Instant now() {
      return Instant.ofEpochMilli(now);
    }

    @Override
    public void sleep(Duration duration) {
      now += duration.toMillis();
    }

    @Override
    public void checkStopping() {}
  }

  /** Knows what a beat without pauses would have heard, from its opening until it is closed. */
  private final class Asked implements Prober {
    @Override
    public Beat beat(ObservedContainer container, Probe.Check check, Duration limit) {
      long opened = now;
      long[] serves = answers.get(container.id());
      return new Beat() {
        private long closed = Long.MAX_VALUE;

        private OptionalLong nanos(long millis) {
          boolean heard = Math.max(opened, serves[0]) <= Math.min(Math.min(now, closed), serves[1]);
          return heard
              ? OptionalLong.of(TimeUnit.MILLISECONDS.toNanos(millis))
              : OptionalLong.empty();
        }

        @Override
        public OptionalLong first() {
          return nanos(Math.max(opened, serves[0]));
        }

        @Override
        public OptionalLong last() {
          return nanos(Math.min(Math.min(now, closed), serves[1]));
        }

        @Override
        public void close() {
          closed = Math.min(closed, now);
        }
      };
    }

    @Override
    public Sample probe(ObservedContainer container, Probe.Check check, Duration timeout) {
      return new Sample.Unasked("only beats are asked for");
    }

    @Override
    public Sample reach(ObservedContainer container, Duration timeout) {
      return new Sample.Unasked("only beats are asked for");
    }

    @Override
    public Reading read(WatchSpec.Metric metric, Duration timeout) {
      return new Reading.None("only beats are asked for");
    }

    @Override
    public Sample http(Smoke.Http smoke, Duration timeout) {
      return new Sample.Unasked("only beats are asked for");
    }
  }
}
