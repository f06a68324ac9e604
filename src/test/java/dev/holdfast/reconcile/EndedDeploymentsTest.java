package dev.holdfast.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.api.Views;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.report.Change;
import dev.holdfast.store.InMemoryStore;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndedDeploymentsTest {
  private static final Instant LONG_AGO = Views.NOON.minusSeconds(1_000_000);
  private static final String FIRST = "20261120T120000Z-4f3c2a1b9d0e";
  private static final String SECOND = "20261120T130000Z-4f3c2a1b9d0e";
  private final InMemoryStore store = new InMemoryStore();
  private final EndedDeployments ended = new EndedDeployments(store);

  private void save(String id, Status status) {
    store.saveRecord(Views.deployment("shop", id, status, Views.NOON));
  }

  @Test
  void whatEndedCountsOnceAndWhatGoesOnCountsOnceItHasEnded() {
    save(FIRST, Status.SUCCEEDED);
    save(SECOND, Status.IN_PROGRESS);
    assertThat(ended.of(List.of("shop"), LONG_AGO))
        .extracting(Change::status)
        .containsExactly(Status.SUCCEEDED);
    save(SECOND, Status.ROLLED_BACK);
    for (int i = 0; i < 2; i++) {
      assertThat(ended.of(List.of("shop"), LONG_AGO))
          .extracting(Change::status)
          .containsExactlyInAnyOrder(Status.SUCCEEDED, Status.ROLLED_BACK);
    }
  }

  @Test
  void appsThatAreGoneAndTimesThatAreOverAreForgotten() {
    save(FIRST, Status.SUCCEEDED);
    save(SECOND, Status.SUCCEEDED);
    assertThat(ended.of(List.of("shop"), LONG_AGO)).hasSize(2);
    assertThat(ended.of(List.of("shop"), Instant.parse("2026-11-20T12:30:00Z"))).hasSize(1);
    assertThat(ended.of(List.of("other"), LONG_AGO)).isEmpty();
    save(FIRST, Status.ROLLED_BACK);
    assertThat(ended.of(List.of("shop"), LONG_AGO))
        .as("what was forgotten is read anew")
        .extracting(Change::status)
        .containsExactlyInAnyOrder(Status.ROLLED_BACK, Status.SUCCEEDED);
    assertThat(ended.of(List.of("shop"), LONG_AGO)).hasSize(2);
  }
}
