package dev.holdfast.store;

import static dev.holdfast.model.DeploymentRecord.Status.FAILED;
import static dev.holdfast.model.DeploymentRecord.Status.IN_PROGRESS;
import static dev.holdfast.model.DeploymentRecord.Status.SUCCEEDED;
import static dev.holdfast.store.Samples.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store promises. */
abstract class StoreContract {
  private static final String ID = "20261120T120000Z-4f3c2a1b9d0e";
  private Store store;

  abstract Store open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @Test
  void anAppThatWasNeverSeenHasAnEmptyMemory() {
    assertThat(store.memory("shop")).isEqualTo(Memory.EMPTY);
  }

  @Test
  void theMemorySavedLastIsTheOneRead() {
    store.saveMemory("shop", Samples.memory(ID));
    store.saveMemory("shop", Samples.memory(null));
    store.saveMemory("other", Memory.EMPTY.withPinned("cccccccccccc"));

    assertThat(store.memory("shop")).isEqualTo(Samples.memory(null));
    assertThat(store.memory("other").pinned()).isEqualTo("cccccccccccc");
  }

  @Test
  void aReleaseComesBackWithItsSecretsAndItsId() {
    Release release = Samples.release("ghcr.io/acme/api:1.4.2", Samples.bind());
    store.saveRelease(release);

    assertThat(store.release("shop", release.id())).contains(release);
    assertThat(store.release("shop", "0123456789ab")).isEmpty();
    assertThat(store.release("other", release.id())).isEmpty();
  }

  @Test
  void onlyTheReleasesToKeepStay() {
    Release one = Samples.release("acme/api:1");
    Release two = Samples.release("acme/web:2");
    store.saveRelease(one);
    store.saveRelease(two);
    store.keepReleases("shop", List.of(two.id()));

    assertThat(store.release("shop", one.id())).isEmpty();
    assertThat(store.release("shop", two.id())).contains(two);
  }

  @Test
  void aRecordIsReplacedByTheNextOfItsDeployment() {
    store.saveRecord(Samples.record(ID, IN_PROGRESS, null));
    store.saveRecord(Samples.record(ID, SUCCEEDED, NOON));

    assertThat(store.record("shop", ID)).contains(Samples.record(ID, SUCCEEDED, NOON));
    assertThat(store.record("shop", "20261120T120001Z-4f3c2a1b9d0e")).isEmpty();
  }

  @Test
  void recordsComeNewestFirstAndNoMoreThanAskedFor() {
    List<String> ids =
        List.of(
            "20261120T120000Z-ff",
            "20261120T120001Z-aa-2",
            "20261120T120001Z-aa-10",
            "20261120T120001Z-aa",
            "20261121T000000Z-00");
    ids.forEach(id -> store.saveRecord(Samples.record(id, SUCCEEDED, NOON)));

    assertThat(store.records("shop", 10))
        .extracting(DeploymentRecord::deploymentId)
        .containsExactly(
            "20261121T000000Z-00",
            "20261120T120001Z-aa-10",
            "20261120T120001Z-aa-2",
            "20261120T120001Z-aa",
            "20261120T120000Z-ff");
    assertThat(store.records("shop", 2))
        .extracting(DeploymentRecord::deploymentId)
        .containsExactly("20261121T000000Z-00", "20261120T120001Z-aa-10");
    assertThat(store.records("shop", 0)).isEmpty();
    assertThat(store.records("other", 10)).isEmpty();
  }

  @Test
  void deploymentsAreNamedFromTheSecondOnThatIsAskedForNewestFirst() {
    List<String> ids =
        List.of(
            "20261120T120002Z-4f3c2a1b9d0e-2",
            "20261120T120002Z-4f3c2a1b9d0e",
            "20261120T120001Z-4f3c2a1b9d0e",
            ID);
    ids.forEach(id -> store.saveRecord(Samples.record(id, SUCCEEDED, NOON)));

    assertThat(store.deployments("shop", NOON.minus(Duration.ofDays(1)))).isEqualTo(ids);
    assertThat(store.deployments("shop", NOON.plusSeconds(1))).isEqualTo(ids.subList(0, 3));
    assertThat(store.deployments("shop", NOON.plusSeconds(3))).isEmpty();
    assertThat(store.deployments("other", NOON)).isEmpty();
  }

  @Test
  void oldRecordsGoButNeitherOneInProgressNorTheOneInMemory() {
    Instant old = NOON.minus(Duration.ofDays(400));
    String ended = Samples.id(old);
    String running = Samples.id(old.plusSeconds(1));
    String remembered = Samples.id(old.plusSeconds(2));
    String slow = Samples.id(old.plusSeconds(3));
    store.saveRecord(Samples.record(ended, FAILED, old.plusSeconds(60)));
    store.saveRecord(Samples.record(running, IN_PROGRESS, null));
    store.saveRecord(Samples.record(remembered, SUCCEEDED, old.plusSeconds(60)));
    store.saveRecord(Samples.record(slow, SUCCEEDED, NOON));
    store.saveMemory("shop", Samples.memory(remembered));
    store.log("shop", ended, line("gone soon"));

    store.dropRecords("shop", NOON.minus(Duration.ofDays(365)));

    assertThat(store.records("shop", 10))
        .extracting(DeploymentRecord::deploymentId)
        .containsExactly(slow, remembered, running);
    assertThat(store.readLog("shop", ended, 0).lines()).isEmpty();
  }

  @Test
  void aLogIsReadOnFromWhereTheLastPageEnded() {
    store.log("shop", ID, line("one"));
    store.log("shop", ID, line("two"));
    Store.LogPage first = store.readLog("shop", ID, 0);
    store.log("shop", ID, line("three"));
    Store.LogPage second = store.readLog("shop", ID, first.nextOffset());

    assertThat(first.lines()).containsExactly(line("one"), line("two"));
    assertThat(second.lines()).containsExactly(line("three"));
    assertThat(store.readLog("shop", ID, second.nextOffset()).lines()).isEmpty();
    assertThat(store.readLog("shop", ID, -5).lines()).hasSize(3);
  }

  @Test
  void theEndOfALogIsItsNewestWholeLines() {
    for (int i = 0; i < 100; i++) {
      store.log("shop", ID, line("number " + i));
    }
    List<Store.LogLine> tail = store.logTail("shop", ID, 1_000);

    assertThat(tail).hasSizeBetween(2, 99);
    assertThat(tail.getLast()).isEqualTo(line("number 99"));
    assertThat(tail.getFirst()).isEqualTo(line("number " + (100 - tail.size())));
    assertThat(store.logTail("shop", ID, 1 << 20)).hasSize(100);
    assertThat(store.logTail("shop", "20261120T120000Z-000000000000", 1_000)).isEmpty();
  }

  @Test
  void anOutputKeepsItsLinesInOrder() {
    Consumer<String> output = store.output("shop", ID, "migrate-api.log");
    output.accept("applying 1");
    output.accept("applying 2");
    store.output("shop", ID, "migrate-api.log").accept("done");

    assertThat(store.readOutput("shop", ID, "migrate-api.log", 1_000))
        .contains("applying 1\napplying 2\ndone\n");
    assertThat(store.readOutput("shop", ID, "migrate-web.log", 1_000)).isEmpty();
  }

  @Test
  void trackedFilesStayUntilNoKeptReleaseMountsThem() {
    FilesInMemory tree =
        new FilesInMemory()
            .with("nginx.conf", "listen 80;")
            .with("site/index.html", "<h1>shop</h1>");
    Release one =
        Samples.release("acme/web:1", Samples.tracked("nginx.conf", tree.hash("nginx.conf")));
    Release two = Samples.release("acme/web:1", Samples.tracked("site", tree.hash("site")));
    store.saveRelease(one);
    store.saveRelease(two);

    assertThat(store.materialise(one, tree)).isEqualTo(store.materialise(two, tree)).isAbsolute();
    assertThat(store.materialise(one, null)).endsWithRaw(java.nio.file.Path.of("apps/shop/config"));
    store.keepReleases("shop", List.of(two.id()));

    assertThat(store.materialise(two, null)).isAbsolute();
    assertThatThrownBy(() -> store.materialise(one, null))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("nginx.conf");
  }

  @Test
  void contentThatIsNotWhatTheReleaseNamesIsNotMounted() {
    FilesInMemory tree = new FilesInMemory().with("nginx.conf", "listen 80;");
    Release release =
        Samples.release("acme/web:1", Samples.tracked("nginx.conf", tree.hash("nginx.conf")));

    assertThatThrownBy(
            () -> store.materialise(release, new FilesInMemory().with("nginx.conf", "listen 81;")))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> store.materialise(release, new FilesInMemory()))
        .isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> store.materialise(release, null))
        .isInstanceOf(UncheckedIOException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ".", "..", "../shop", "a/b", "/etc", "Shop", "shop\0", "shop\n", "-shop", "a..b"
      })
  void aNameThatIsNoAppNameIsRefused(String app) {
    assertThatThrownBy(() -> store.memory(app)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.saveMemory(app, Memory.EMPTY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.records(app, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../../memory",
        "20261120T120000Z",
        "20261120T120000Z-",
        "20261120T120000Z-../x",
        "20261120T120000Z-ab\n"
      })
  void anIdThatIsNoDeploymentIsRefused(String id) {
    assertThatThrownBy(() -> store.record("shop", id)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.readLog("shop", id, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.output("shop", id, "migrate-api.log"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "..",
        "../migrate.log",
        "a/b.log",
        ".hidden.log",
        "record.json",
        "log.ndjson",
        "migrate-api"
      })
  void aFileThatIsNoOutputIsRefused(String file) {
    assertThatThrownBy(() -> store.output("shop", ID, file))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> store.readOutput("shop", ID, file, 10))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "0123456789AB", "0123456789abc", "../memory"})
  void anIdThatIsNoReleaseIsRefused(String id) {
    assertThatThrownBy(() -> store.release("shop", id))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Store.LogLine line(String message) {
    return new Store.LogLine(NOON, "INFO", "pull", "api", message);
  }
}
