package dev.holdfast.api;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Memory;
import dev.holdfast.model.UpdateGap;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.Named;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.AppView.ServiceView;
import dev.holdfast.reconcile.AppView.SourceView;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Apps and deployments as an agent would have them. */
public final class Views {
  public static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  public static final String OLD = "0a1b2c3d4e5f";
  public static final String NEW = "9f8e7d6c5b4a";
  public static final String REVISION = "4f3c2a1b9d0e11223344556677889900aabbccdd";
  public static final String DEPLOYMENT = "20261120T120000Z-4f3c2a1b9d0e";

  private Views() {}

  public static AppView synced(String app) {
    ContainerView api = new ContainerView("c1", app + "-api-1", "running", "healthy", 0, NOON);
    ContainerView web = new ContainerView("c2", app + "-web-1", "running", null, 2, NOON);
    return new AppView(
        app,
        Phase.Synced,
        null,
        "production",
        "vps-1",
        OLD,
        "2026.11.20-3",
        "4f3c2a1b9d0e",
        NOON,
        new SourceView(
            "https://git.example.com/acme/shop-deploy.git", "main", REVISION, NOON, null),
        new Named(OLD, "2026.11.20-3", "4f3c2a1b9d0e"),
        OLD,
        List.of(),
        null,
        null,
        List.of(
            new ServiceView(
                "api", "ghcr.io/acme/api:1.4.2", "sha256:" + "a".repeat(64), List.of(api), true),
            new ServiceView(
                "web", "ghcr.io/acme/web:1.4.2", "sha256:" + "b".repeat(64), List.of(web), true)),
        null);
  }

  public static UnaryOperator<AppView> phase(Phase phase, @Nullable String reason) {
    return v ->
        with(v, phase, reason, v.release(), v.desired(), v.quarantined(), null, v.deployment());
  }

  public static UnaryOperator<AppView> held(Memory.Hold hold) {
    return v ->
        with(
            v,
            Phase.Held,
            hold.reason(),
            v.release(),
            v.desired(),
            v.quarantined(),
            hold,
            v.deployment());
  }

  public static UnaryOperator<AppView> progressing(String desired, String deployment) {
    Named named = new Named(desired, "2026.11.21-1", "5e6f7a8b9c0d");
    return v ->
        with(
            v,
            Phase.Progressing,
            "deployment " + deployment,
            v.release(),
            named,
            v.quarantined(),
            null,
            deployment);
  }

  /** The desired release is confirmed. */
  public static UnaryOperator<AppView> confirmed() {
    return v -> {
      Named desired = java.util.Objects.requireNonNull(v.desired());
      AppView done =
          with(v, Phase.Synced, null, desired.release(), desired, v.quarantined(), null, null);
      return new AppView(
          done.app(),
          done.phase(),
          null,
          done.environment(),
          done.server(),
          done.release(),
          desired.version(),
          desired.commit(),
          NOON,
          done.source(),
          desired,
          done.release(),
          done.quarantined(),
          null,
          null,
          done.services(),
          null);
    };
  }

  public static UnaryOperator<AppView> quarantined(String reason) {
    return v -> {
      String release =
          java.util.Objects.requireNonNull(java.util.Objects.requireNonNull(v.desired()).release());
      Memory.Quarantine entry = new Memory.Quarantine(release, DEPLOYMENT, reason, NOON, 1, null);
      return with(
          v,
          Phase.Degraded,
          "release " + release + " failed: " + reason,
          v.release(),
          v.desired(),
          List.of(entry),
          null,
          null);
    };
  }

  public static AppView services(AppView v, List<ServiceView> services) {
    return new AppView(
        v.app(),
        v.phase(),
        v.reason(),
        v.environment(),
        v.server(),
        v.release(),
        v.version(),
        v.commit(),
        v.since(),
        v.source(),
        v.desired(),
        v.lastGood(),
        v.quarantined(),
        v.hold(),
        v.approval(),
        services,
        v.deployment());
  }

  public static UnaryOperator<AppView> checkedAt(Instant at) {
    return v ->
        source(
            v,
            v.phase(),
            v.reason(),
            new SourceView(v.source().url(), v.source().ref(), v.source().revision(), at, null));
  }

  public static UnaryOperator<AppView> sourceError(String error) {
    return v ->
        source(
            v,
            Phase.Degraded,
            error,
            new SourceView(
                v.source().url(),
                v.source().ref(),
                v.source().revision(),
                v.source().checkedAt(),
                error));
  }

  private static AppView source(
      AppView v, Phase phase, @Nullable String reason, SourceView source) {
    return new AppView(
        v.app(),
        phase,
        reason,
        v.environment(),
        v.server(),
        v.release(),
        v.version(),
        v.commit(),
        v.since(),
        source,
        v.desired(),
        v.lastGood(),
        v.quarantined(),
        v.hold(),
        v.approval(),
        v.services(),
        v.deployment());
  }

  private static AppView with(
      AppView v,
      Phase phase,
      @Nullable String reason,
      @Nullable String release,
      @Nullable Named desired,
      List<Memory.Quarantine> quarantined,
      Memory.@Nullable Hold hold,
      @Nullable String deployment) {
    return new AppView(
        v.app(),
        phase,
        reason,
        v.environment(),
        v.server(),
        release,
        v.version(),
        v.commit(),
        v.since(),
        v.source(),
        desired,
        release,
        quarantined,
        hold,
        null,
        v.services(),
        deployment);
  }

  public static DeploymentRecord deployment(String app, String id, Status status, Instant at) {
    boolean failed = status == Status.ROLLED_BACK;
    boolean open = status == Status.IN_PROGRESS;
    TreeMap<String, HealthCheck> health = new TreeMap<>();
    health.put("api", failed ? HealthCheck.UNHEALTHY : HealthCheck.HEALTHY);
    List<StepRecord> steps =
        List.of(
            new StepRecord("pull", null, at, at.plusSeconds(4), StepStatus.SUCCEEDED, "2 images"),
            new StepRecord(
                "migrate", "api", at.plusSeconds(4), at.plusSeconds(6), StepStatus.SUCCEEDED, null),
            new StepRecord(
                "update",
                "api",
                at.plusSeconds(6),
                open ? null : at.plusSeconds(9),
                open ? StepStatus.RUNNING : StepStatus.SUCCEEDED,
                null));
    Failure failure =
        failed
            ? new Failure(
                "probe",
                "api",
                "GET :3001/api/health answered 500, 5 times",
                List.of("Error: no such table", "exit 1"))
            : null;
    return new DeploymentRecord(
        id,
        at,
        open ? null : at.plusSeconds(42),
        "vps-1",
        app,
        "production",
        Kind.DEPLOY,
        status,
        failed ? Direction.BACK : Direction.FORWARD,
        "image of api: 1.4.1 -> 1.4.2",
        REVISION,
        "main",
        at.minusSeconds(300),
        NEW,
        "2026.11.20-3",
        "4f3c2a1b9d0e",
        OLD,
        List.of("api"),
        health,
        true,
        true,
        List.of(),
        new TreeMap<>(),
        new TreeMap<>(),
        steps,
        failure,
        new TreeMap<>(Map.of("api", new UpdateGap(812, UpdateGap.By.PROBE))));
  }
}
