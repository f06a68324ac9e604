package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.UpdateGap;
import dev.holdfast.model.WatchSpec;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.reconcile.AppView.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What health is decided on, from the look to the record, on the fake engine. */
class HealthFaultsTest {
  private static final Probe PROBE =
      new Probe(
          new Probe.Check.Tcp(80),
          Duration.ofSeconds(2),
          Duration.ofSeconds(5),
          3,
          Duration.ofSeconds(5),
          1);
  private final World world = new World(new Random(1));

  private static Release release(int version, @Nullable Probe probe, @Nullable WatchSpec guards) {
    Release plain =
        CaseRelease.parse(
            "{ networks: [default], services: { api: { version: " + version + " }, db: {} } }");
    SortedMap<String, Release.Service> services = new TreeMap<>();
    plain
        .services()
        .forEach(
            (name, service) ->
                services.put(
                    name,
                    new Release.Service(
                        new ServiceSpec(
                            name, service.spec().container(), service.spec().dependsOn(), probe),
                        service.image())));
    return new Release(
        plain.app(),
        services,
        plain.networks(),
        plain.volumes(),
        new RolloutSpec(
            List.of(), List.of(), List.of(), Duration.ofSeconds(30), guards, new TreeMap<>()));
  }

  private DeploymentRecord last() {
    return world.lastRecord().orElseThrow();
  }

  private void confirmed(Release release) {
    world.want(release);
    world.settle();
    assertThat(last().release()).isEqualTo(release.id());
    assertThat(last().status()).isEqualTo(Status.SUCCEEDED);
  }

  private void looks(int count) {
    for (int i = 0; i < count; i++) {
      world.lookOnce();
    }
  }

  @Test
  void F125_aHostThatReachesNoContainerIsNotABadRelease() {
    confirmed(release(1, PROBE, null));
    Release next = release(2, PROBE, null);
    world.engine.networkBroken = true;
    world.want(next);
    looks(20);

    assertThat(last().status()).isEqualTo(Status.IN_PROGRESS);
    assertThat(last().direction()).isEqualTo(DeploymentRecord.Direction.FORWARD);
    assertThat(world.view().phase()).isEqualTo(Phase.Progressing);
    assertThat(world.view().reason()).contains("the host's network is broken", "nor is shop-db-1");
    assertThat(last().steps()).hasSizeLessThan(10);

    world.engine.networkBroken = false;
    world.settle();
    assertThat(last().status()).isEqualTo(Status.SUCCEEDED);
    assertThat(world.violations).isEmpty();
  }

  /** The probe was asked in vain until the deadline; the look why finds the host's network well. */
  @Test
  void F125_aReleaseThatIsReachedOnlyAtItsDeadlineIsWaitedForAnew() {
    confirmed(release(1, PROBE, null));
    Map<Instant, Integer> asked = new HashMap<>();
    world.engine.mends = at -> asked.merge(at, 1, Integer::sum) == 2;
    world.engine.networkBroken = true;
    world.want(release(2, PROBE, null));
    world.settle();

    assertThat(asked).containsValue(3);
    assertThat(last().status()).isEqualTo(Status.SUCCEEDED);
    assertThat(world.violations).isEmpty();
  }

  @Test
  void F125_aNetworkThatBreaksInTheWatchHoldsTheConfirmationUp() {
    confirmed(release(1, PROBE, null));
    world.want(release(2, PROBE, null));
    world.happens(1 << 20, Duration.ofSeconds(20), () -> world.engine.networkBroken = true);
    looks(5);
    assertThat(last().status()).isEqualTo(Status.IN_PROGRESS);

    world.engine.networkBroken = false;
    world.settle();
    assertThat(last().status()).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void aLineThatMustNotBePrintedRollsBackAndIsNamed() {
    Release good = release(1, null, null);
    confirmed(good);
    Release next =
        release(
            2,
            null,
            new WatchSpec(List.of(new WatchSpec.LogPattern("api", "FATAL|panic")), List.of()));
    world.want(next);
    world.happens(
        1 << 20,
        Duration.ofSeconds(15),
        () ->
            world.engine.containers.values().stream()
                .filter(FakeContainer::active)
                .forEach(c -> c.printed = List.of("all is well", "FATAL: out of handles")));
    world.settle();

    assertThat(last().status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(last().failure().step()).isEqualTo("watch");
    assertThat(last().failure().service()).isNull();
    assertThat(last().failure().reason()).contains("api", "FATAL: out of handles");
  }

  @Test
  void aMonitoringThatIsAwayCondemnsNobodyAndThatIsSaid() {
    WatchSpec.Metric metric = new WatchSpec.Metric("http://127.0.0.1:9090", "up", "1", null);
    confirmed(release(1, null, new WatchSpec(List.of(), List.of(metric))));

    assertThat(last().steps())
        .filteredOn(step -> step.step().equals("watch"))
        .singleElement()
        .satisfies(step -> assertThat(step.message()).contains("not asked: up"));
  }

  @Test
  void aQueryBeyondItsBoundRollsBackAndIsNamed() {
    WatchSpec.Metric metric = new WatchSpec.Metric("http://127.0.0.1:9090", "errors", "0.05", null);
    WatchSpec guards = new WatchSpec(List.of(), List.of(metric));
    world.engine.measured = 0.05;
    confirmed(release(1, null, guards));
    world.want(release(2, null, guards));
    world.happens(1 << 20, Duration.ofSeconds(20), () -> world.engine.measured = 0.06);
    world.settle();

    assertThat(last().status()).isEqualTo(Status.ROLLED_BACK);
    assertThat(last().failure().reason()).isEqualTo("the query errors gives 0.06, more than 0.05");
  }

  @Test
  void F74_aRollbackThatFailsIsCalledSoAndSaysWhatToDo() {
    Release good = release(1, PROBE, null);
    confirmed(good);
    Release bad = release(2, PROBE, null);
    String image = good.services().get("api").image().pullReference();
    world.engine.behaviours.put(
        bad.services().get("api").image().pullReference(),
        new Behaviour(Behaviour.Kind.NEVER_HEALTHY, Duration.ofSeconds(1), 0, Duration.ZERO));
    world.want(bad);
    world.happens(
        1 << 20,
        Duration.ofSeconds(8),
        () -> {
          world.engine.containers.values().removeIf(c -> c.image.equals(image));
          world.engine.images.remove(image);
          world.engine.unpullable.add(image);
        });
    looks(8);

    assertThat(last().status()).isEqualTo(Status.ROLLBACK_FAILED);
    assertThat(world.view().phase()).isEqualTo(Phase.Degraded);
    assertThat(world.view().reason())
        .contains(
            "then the rollback failed too", "manifest unknown", "What to do: ", "holdfast show");

    world.engine.unpullable.clear();
    world.time.sleep(Duration.ofMinutes(35));
    looks(3);
    assertThat(world.engine.containers.values())
        .as("what can be put back later is")
        .anyMatch(c -> c.active() && c.image.equals(image));
  }

  @Test
  void theGapOfEachUpdateStandsInTheRecordWithHowItWasMeasured() {
    confirmed(release(1, PROBE, null));
    assertThat(last().gaps()).as("nothing was there before").isEmpty();
    confirmed(release(2, PROBE, null));
    assertThat(last().gaps()).containsOnlyKeys("api");
    assertThat(last().gaps().get("api").measuredBy()).isEqualTo(UpdateGap.By.PROBE);

    confirmed(release(3, null, null));
    assertThat(last().gaps().get("api").measuredBy()).isEqualTo(UpdateGap.By.ENGINE);
  }

  @Test
  void F76_aReleaseWhoseContainersAndImagesAreGoneIsPulledByItsRecordedDigest() {
    Release old = release(1, null, null);
    confirmed(old);
    confirmed(release(2, null, null));
    confirmed(release(3, null, null));
    String image = old.services().get("api").image().pullReference();
    world.engine.containers.values().removeIf(c -> c.image.equals(image));
    world.engine.images.remove(image);

    world.people().rollback(Scenario.APP, old.id(), "ann");
    world.settle();

    assertThat(last().status()).isEqualTo(Status.SUCCEEDED);
    assertThat(last().release()).isEqualTo(old.id());
    assertThat(world.engine.images).contains(image);
    assertThat(world.engine.containers.values())
        .filteredOn(c -> c.active() && c.name.equals("shop-api-1"))
        .singleElement()
        .satisfies(c -> assertThat(c.image).isEqualTo(image));
    assertThat(world.violations).isEmpty();
  }
}
