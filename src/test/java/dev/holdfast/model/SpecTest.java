package dev.holdfast.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.holdfast.model.EngineOptions.Namespaces;
import dev.holdfast.model.EngineOptions.VolumesFrom;
import dev.holdfast.model.Updating.Canary;
import dev.holdfast.model.Updating.Strategy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the small parts of a release promise. */
class SpecTest {
  private static ContainerSpec container(@Nullable String network, EngineOptions options) {
    return new ContainerSpec(
        ContainerSpec.Process.OF_IMAGE,
        Environment.EMPTY,
        new TreeMap<>(),
        null,
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        network,
        RestartPolicy.NO,
        null,
        ContainerSpec.Lifecycle.DEFAULT,
        ContainerSpec.Limits.NONE,
        null,
        null,
        options);
  }

  @Test
  void itLivesInTheNamespacesOfOtherServicesAndOnTheirVolumes() {
    EngineOptions options =
        new EngineOptions(
            null,
            new Namespaces("service:worker", "service:cache", "host", null, null),
            null,
            null,
            null,
            List.of(new VolumesFrom("service:data", true), new VolumesFrom("container:x", false)),
            new TreeMap<>(),
            null);
    ContainerSpec sharing = container("service:vpn", options);

    assertThat(sharing.lenders()).containsExactly("cache", "vpn", "worker");
    assertThat(sharing.parents()).containsExactly("cache", "data", "vpn", "worker");
    assertThat(container("host", EngineOptions.NONE).parents()).isEmpty();
    assertThat(container("container:vpn", EngineOptions.NONE).lenders()).isEmpty();
  }

  @Test
  void aMigrationsCommandReplacesTheServicesAndNothingElse() {
    ContainerSpec.Process process =
        new ContainerSpec.Process(
            List.of("/entry"), List.of("serve"), "app", "/srv", true, true, true, true);
    assertThat(process.withCommand(List.of("migrate")))
        .isEqualTo(
            new ContainerSpec.Process(
                List.of("/entry"), List.of("migrate"), "app", "/srv", true, true, true, true));
  }

  @Test
  void whatTheAgentWritesHasOneFolderForTheSameContentAndRights() {
    MountSpec.Given given = given("c2VjcmV0", 0400, "a", "/a");
    assertThat(given.slot()).isEqualTo(given("c2VjcmV0", 0400, "b", "/b").slot());
    assertThat(given.slot()).isNotEqualTo(given("c2VjcmV1", 0400, "a", "/a").slot());
    assertThat(given.slot()).isNotEqualTo(given("c2VjcmV0", 0444, "a", "/a").slot());
    assertThat(given.readOnly()).isTrue();
  }

  @Test
  void noSecretIsInTheTextOfWhatHoldsIt() {
    assertThat(given("c2VjcmV0", 0400, "password", "/run/p").toString())
        .contains("password", "/run/p")
        .doesNotContain("c2VjcmV0", "secret");
    assertThat(Environment.of(Map.of("TOKEN", "hush")).toString())
        .contains("TOKEN")
        .doesNotContain("hush");
  }

  private static MountSpec.Given given(String content, int mode, String name, String target) {
    return new MountSpec.Given(false, name, content, target, mode, null, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\0", "\0x", "a\0", "..", "a/../b", "../a", "/a"})
  void aPathOfTheProjectStaysInIt(String path) {
    assertThatIllegalArgumentException().isThrownBy(() -> new HostPath.InProject(path));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "", "/a/..", "/a\0", "/../a"})
  void anAbsolutePathIsOne(String path) {
    assertThatIllegalArgumentException().isThrownBy(() -> new HostPath.Absolute(path));
  }

  @Test
  void aCanarysMetricAsksAboutItsOwnContainers() {
    CanaryMetric metric =
        new CanaryMetric(
            "http://p",
            "e{i=~\"{{instances}}\",c=~\"{{containers}}\"} / n{i=~\"{{instances}}\"}",
            "1",
            "0",
            null);
    assertThat(metric.about("10.0.0.2:80", "shop-api-1"))
        .isEqualTo(
            new WatchSpec.Metric(
                "http://p",
                "e{i=~\"10.0.0.2:80\",c=~\"shop-api-1\"} / n{i=~\"10.0.0.2:80\"}",
                "1",
                "0"));
  }

  @Test
  void aCanaryComesFirstAndWholeBeforeTheBatches() {
    Updating updating = updating(4, 3, new Canary(2, Duration.ofMinutes(1)));
    assertThat(updating.batch(0)).isEqualTo(2);
    assertThat(updating.batch(1)).isEqualTo(1);
    assertThat(updating.batch(2)).isEqualTo(3);
    assertThat(updating(4, 0, null).batch(0)).isEqualTo(4);
    assertThat(updating(0, 0, null).batch(0)).isEqualTo(1);
  }

  @Test
  void whatCannotRunTwiceIsUpdatedOneAfterTheOtherAsIsWrittenOtherwise() {
    Updating beside = updating(4, 3, new Canary(2, Duration.ofMinutes(1)));
    Updating after = beside.recreating();
    assertThat(after.strategy()).isEqualTo(Strategy.RECREATE);
    assertThat(after).usingRecursiveComparison().ignoringFields("strategy").isEqualTo(beside);
  }

  private static Updating updating(int replicas, int parallelism, @Nullable Canary canary) {
    return new Updating(
        replicas,
        parallelism,
        Strategy.START_FIRST,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(3),
        canary);
  }

  @Test
  void laterVariablesWinAndTakeAwayWhatTheyUnset() {
    Environment base = new Environment(new TreeMap<>(Map.of("A", "1", "B", "2")), List.of("C"));
    Environment others = new Environment(new TreeMap<>(Map.of("B", "3", "C", "4")), List.of("A"));
    assertThat(base.with(others))
        .isEqualTo(new Environment(new TreeMap<>(Map.of("B", "3", "C", "4")), List.of("A")));
  }

  @ParameterizedTest
  @CsvSource({
    "IN_PROGRESS, in-progress",
    "SUCCEEDED, succeeded",
    "ROLLED_BACK, rolled-back",
    "ROLLBACK_FAILED, rollback-failed",
  })
  void outcomesAreWrittenAsTheContractHasThem(DeploymentRecord.Status status, String text) {
    assertThat(status.text()).isEqualTo(text);
  }
}
