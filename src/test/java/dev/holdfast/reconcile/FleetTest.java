package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Memory;
import dev.holdfast.model.RecordBuilder;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.store.InMemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What people ask for is noted, or refused with what to do instead; no attempt runs here. */
class FleetTest {
  private static final Release A = CaseRelease.parse("services: { api: { version: 1 } }");
  private static final Release B = CaseRelease.parse("services: { api: { version: 2 } }");
  private static final Release C = CaseRelease.parse("services: { api: { version: 3 } }");
  private static final Release B_HOLDS =
      CaseRelease.parse("services: { api: { version: 2 } }\nmigrate: [{ on-rollback: hold }]");
  private final InMemoryStore store = new InMemoryStore();
  private final Fleet fleet = new Fleet(store, attempt -> {}, new Random(1));

  FleetTest() {
    Definition away =
        () -> new Definition.Look(null, null, null, "source", List.of("away"), List.of());
    fleet.set(
        Map.of("shop", new App(Quiet.settings("shop"), Quiet.ports(away, store))),
        Duration.ofSeconds(30));
  }

  /** Oldest first, the last one is good now. */
  private void confirmed(Release... releases) {
    Memory memory = Memory.EMPTY;
    for (Release release : releases) {
      store.saveRelease(release);
      memory =
          memory.confirm(new Memory.Confirmed(release.id(), null, null, null, RecordBuilder.AT), 9);
    }
    store.saveMemory("shop", memory);
  }

  private void inFlight(Release release) {
    RecordBuilder builder = RecordBuilder.to(release.id());
    builder.steps(new StepRecord("pull", null, RecordBuilder.AT, null, StepStatus.RUNNING, null));
    var record = builder.build();
    store.saveRelease(release);
    store.saveRecord(record);
    store.saveMemory("shop", store.memory("shop").withDeployment(record.deploymentId()));
  }

  private Memory memory() {
    return store.memory("shop");
  }

  @Test
  void rollsBackToTheOneBeforeAndHolds() {
    confirmed(A, B);

    fleet.rollback("shop", null, "ann");

    assertThat(memory().pinned()).isEqualTo(A.id());
    assertThat(memory().hold()).isNotNull();
    assertThat(memory().hold().by()).isEqualTo("ann");
  }

  @Test
  void rollsBackToTheOneThatIsNamedAndLiftsItsQuarantine() {
    confirmed(A, B, C);
    store.saveMemory(
        "shop",
        memory().quarantine(new Memory.Quarantine(A.id(), "d", "x", RecordBuilder.AT, 1, null)));

    fleet.rollback("shop", A.id(), "ann");

    assertThat(memory().pinned()).isEqualTo(A.id());
    assertThat(memory().quarantined()).isEmpty();
  }

  @Test
  void aDeploymentInFlightIsWhatARollbackUndoes() {
    confirmed(A, B);
    inFlight(C);

    fleet.rollback("shop", null, "ann");

    assertThat(memory().pinned()).isEqualTo(B.id());
  }

  @Test
  void refusesWhatItCannotDoAndSaysWhatToDo() {
    assertThatThrownBy(() -> fleet.rollback("shop", null, "ann")).isInstanceOf(Apps.Refused.class);
    confirmed(A);
    assertThatThrownBy(() -> fleet.rollback("shop", null, "ann"))
        .hasMessageContaining("no release before");
    assertThatThrownBy(() -> fleet.rollback("shop", "other", "ann"))
        .hasMessageContaining("kept are " + A.id());
    assertThatThrownBy(() -> fleet.sync("nope"))
        .isInstanceOf(Apps.Refused.class)
        .hasMessageContaining("shop");
    assertThat(memory().hold()).isNull();
  }

  @Test
  void refusesAReleaseWhoseDescriptionIsGone() {
    confirmed(A, B);
    store.keepReleases("shop", List.of(B.id()));

    assertThatThrownBy(() -> fleet.rollback("shop", null, "ann"))
        .hasMessageContaining("not kept any more");
  }

  @Test
  void refusesToGoBackOverAnySchemaOnTheWay() {
    confirmed(A, B_HOLDS, C);

    assertThatThrownBy(() -> fleet.rollback("shop", A.id(), "ann"))
        .hasMessageContaining(B_HOLDS.id());
    fleet.rollback("shop", B_HOLDS.id(), "ann");

    assertThat(memory().pinned()).isEqualTo(B_HOLDS.id());
  }

  @Test
  void refusesToGoBackOverTheSchemaOfTheDeploymentInFlight() {
    confirmed(A);
    inFlight(B_HOLDS);

    assertThatThrownBy(() -> fleet.rollback("shop", A.id(), "ann"))
        .hasMessageContaining(B_HOLDS.id());
  }

  @Test
  void holdResumeAndRetryAreRemembered() {
    confirmed(A);
    fleet.hold("shop", "looking", "ann");
    assertThat(memory().hold().reason()).isEqualTo("looking");

    store.saveMemory(
        "shop",
        memory()
            .withPinned("x")
            .quarantine(new Memory.Quarantine("b", "d", "x", RecordBuilder.AT, 1, null)));
    fleet.retry("shop", "ann");
    assertThat(memory().quarantined()).isEmpty();
    assertThat(memory().hold()).isNotNull();

    fleet.resume("shop", "ann");
    assertThat(memory().hold()).isNull();
    assertThat(memory().pinned()).isNull();
    assertThat(memory().lastGood()).isEqualTo(A.id());
  }

  @Test
  void appsComeAndGoWithTheConfiguration() {
    assertThat(fleet.notLookedAt()).containsExactly("shop");

    fleet.set(new TreeMap<>(), Duration.ofSeconds(30));

    assertThat(fleet.all()).isEmpty();
    assertThat(fleet.find("shop")).isEmpty();
    assertThatThrownBy(() -> fleet.diff("shop")).isInstanceOf(Apps.Refused.class);
  }
}
