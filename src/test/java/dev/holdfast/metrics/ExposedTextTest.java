package dev.holdfast.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.api.Views;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Phase;
import io.micrometer.prometheus.PrometheusConfig;
import io.micrometer.prometheus.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Prometheus reads, to the letter: dashboards and alerts name these series. */
@SuppressWarnings("deprecation")
class ExposedTextTest {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AgentMetrics metrics = new AgentMetrics(registry);

  @BeforeEach
  void anAppThatWasDeployedAndRolledBack() {
    AppView view = Views.synced("shop");
    metrics.changed(view);
    metrics.looked(view, Duration.ofMillis(1500));
    metrics.sourceRead("shop", Views.NOON);
    metrics.problem("shop", "registry", "ghcr.io answered 500");
    metrics.driftCorrected("shop", "shop-api-1");
    metrics.stepEnded(
        "shop",
        Views.DEPLOYMENT,
        new StepRecord(
            "pull", null, Views.NOON, Views.NOON.plusSeconds(4), StepStatus.SUCCEEDED, null));
    metrics.deploymentEnded(
        Views.deployment("shop", Views.DEPLOYMENT, Status.SUCCEEDED, Views.NOON));
    metrics.deploymentEnded(
        Views.deployment("shop", Views.DEPLOYMENT, Status.ROLLED_BACK, Views.NOON));
    metrics.registryRequest("ghcr.io", "200");
    metrics.backupSucceeded("shop", "db", Views.NOON);
  }

  @Test
  void everySeriesOfTheContractIsThereUnderItsName() {
    assertThat(lines())
        .contains(
            "holdfast_deployments_total{app=\"shop\",outcome=\"succeeded\",} 1.0",
            "holdfast_deployments_total{app=\"shop\",outcome=\"rolled-back\",} 1.0",
            "holdfast_deployments_total{app=\"shop\",outcome=\"failed\",} 0.0",
            "holdfast_deployment_duration_seconds_bucket{app=\"shop\",outcome=\"succeeded\",le=\"30.0\",} 0.0",
            "holdfast_deployment_duration_seconds_bucket{app=\"shop\",outcome=\"succeeded\",le=\"60.0\",} 1.0",
            "holdfast_deployment_duration_seconds_bucket{app=\"shop\",outcome=\"succeeded\",le=\"+Inf\",} 1.0",
            "holdfast_deployment_duration_seconds_count{app=\"shop\",outcome=\"succeeded\",} 1.0",
            "holdfast_deployment_duration_seconds_sum{app=\"shop\",outcome=\"succeeded\",} 42.0",
            "holdfast_step_duration_seconds_count{app=\"shop\",step=\"pull\",} 1.0",
            "holdfast_step_duration_seconds_sum{app=\"shop\",step=\"pull\",} 4.0",
            "holdfast_rollbacks_total{app=\"shop\",} 1.0",
            "holdfast_app_info{app=\"shop\",commit=\"4f3c2a1b9d0e\",environment=\"production\",release=\"0a1b2c3d4e5f\",version=\"2026.11.20-3\",} 1.0",
            "holdfast_app_phase{app=\"shop\",phase=\"Synced\",} 1.0",
            "holdfast_app_phase{app=\"shop\",phase=\"Degraded\",} 0.0",
            "holdfast_service_healthy{app=\"shop\",service=\"api\",} 1.0",
            "holdfast_container_restarts{app=\"shop\",service=\"web\",} 2.0",
            "holdfast_drift_corrected_total{app=\"shop\",} 1.0",
            "holdfast_reconcile_duration_seconds_count{app=\"shop\",} 1.0",
            "holdfast_reconcile_duration_seconds_sum{app=\"shop\",} 1.5",
            "holdfast_reconcile_errors_total{app=\"shop\",kind=\"registry\",} 1.0",
            "holdfast_source_last_success_timestamp_seconds{app=\"shop\",} 1.795176E9",
            "holdfast_registry_requests_total{code=\"200\",registry=\"ghcr.io\",} 1.0",
            "holdfast_backup_last_success_timestamp_seconds{app=\"shop\",backup=\"db\",} 1.795176E9",
            "holdfast_lead_time_seconds{app=\"shop\",} 342.0");
    assertThat(lines())
        .anyMatch(
            line ->
                line.startsWith(
                    "holdfast_last_deployment_timestamp_seconds{app=\"shop\",outcome=\"succeeded\",}"));
    assertThat(lines())
        .contains(
            "# TYPE holdfast_deployment_duration_seconds histogram",
            "# TYPE holdfast_deployments_total counter");
  }

  @Test
  void everyMetricHasHelpAndAType() {
    List<String> names =
        lines().stream()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ")[2])
            .toList();
    assertThat(names).isNotEmpty().doesNotHaveDuplicates();
    assertThat(names)
        .allSatisfy(
            name ->
                assertThat(lines())
                    .anyMatch(line -> line.matches("# HELP " + name + " \\S.*\\.\\s*")));
  }

  @Test
  void anAppThatLeavesAgentYamlLeavesNoSeriesBehind() {
    metrics.changed(Views.synced("blog"));
    metrics.looked(Views.synced("blog"), Duration.ofMillis(10));
    metrics.appGone("shop");
    assertThat(lines())
        .noneMatch(line -> line.contains("\"shop\""))
        .anyMatch(line -> line.contains("\"blog\""));

    metrics.changed(Views.synced("shop"));
    assertThat(lines())
        .as("one that comes back begins anew")
        .contains(
            "holdfast_deployments_total{app=\"shop\",outcome=\"succeeded\",} 0.0",
            "holdfast_app_phase{app=\"shop\",phase=\"Synced\",} 1.0");
  }

  @Test
  void aReleaseThatNoLongerRunsIsNotInfo() {
    AppView next =
        Views.confirmed()
            .apply(Views.progressing(Views.NEW, Views.DEPLOYMENT).apply(Views.synced("shop")));
    metrics.changed(next);
    assertThat(lines().stream().filter(line -> line.startsWith("holdfast_app_info{")).toList())
        .singleElement()
        .asString()
        .contains("release=\"" + Views.NEW + "\"");
  }

  @Test
  void aServiceThatWasTakenOutIsNotShownAndOneThatIsUnhealthyIsZero() {
    AppView view = Views.phase(Phase.Degraded, "api is unhealthy").apply(Views.synced("shop"));
    AppView.ContainerView sick =
        new AppView.ContainerView("c1", "shop-api-1", "running", "unhealthy", 7, Views.NOON);
    AppView.ServiceView api = new AppView.ServiceView("api", null, null, List.of(sick), false);
    metrics.changed(Views.services(view, List.of(api)));
    assertThat(lines())
        .contains("holdfast_service_healthy{app=\"shop\",service=\"api\",} 0.0")
        .contains("holdfast_container_restarts{app=\"shop\",service=\"api\",} 7.0")
        .noneMatch(line -> line.startsWith("holdfast_service_healthy{") && line.contains("web"));
  }

  private List<String> lines() {
    return registry.scrape().lines().toList();
  }
}
