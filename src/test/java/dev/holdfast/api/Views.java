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
import java.util.Objects;
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
        null,
        null,
        null,
        List.of());
  }

  public static UnaryOperator<AppView> phase(Phase phase, @Nullable String reason) {
    return v -> quiet(v).phase(phase, reason).build();
  }

  /** Nobody holds it or was asked. What runs is what was confirmed last. */
  private static ViewBuilder quiet(AppView v) {
    return ViewBuilder.of(v).release(v.release()).hold(null).approval(null);
  }

  /** Release {@link #NEW} waits for approval. */
  public static AppView awaiting(String app) {
    AppView v = progressing(NEW, DEPLOYMENT).apply(synced(app));
    AppView.Approval approval =
        new AppView.Approval(
            NEW,
            "waiting",
            null,
            null,
            null,
            NOON,
            null,
            List.of("api: ghcr.io/acme/api:1.4.2 -> ghcr.io/acme/api:1.4.3"),
            List.of("api: npx prisma migrate deploy"));
    return ViewBuilder.of(v)
        .phase(Phase.AwaitingApproval, "release " + NEW + " waits for approval")
        .approval(approval)
        .rollback(new AppView.Rollback(NEW, true, "if it fails, release " + OLD + " is put back"))
        .awaits(AppView.Awaits.APPROVAL)
        .build();
  }

  public static UnaryOperator<AppView> held(Memory.Hold hold) {
    return v -> quiet(v).phase(Phase.Held, hold.reason()).hold(hold).build();
  }

  public static UnaryOperator<AppView> progressing(String desired, String deployment) {
    Named named = new Named(desired, "2026.11.21-1", "5e6f7a8b9c0d");
    return v ->
        quiet(v)
            .phase(Phase.Progressing, "deployment " + deployment)
            .desired(named)
            .deployment(deployment)
            .build();
  }

  /** The desired release is confirmed. */
  public static UnaryOperator<AppView> confirmed() {
    return v -> {
      Named desired = Objects.requireNonNull(v.desired());
      return quiet(v)
          .phase(Phase.Synced, null)
          .release(desired.release())
          .named(desired.version(), desired.commit())
          .since(NOON)
          .deployment(null)
          .build();
    };
  }

  public static UnaryOperator<AppView> quarantined(String reason) {
    return v -> {
      String release = Objects.requireNonNull(Objects.requireNonNull(v.desired()).release());
      return quiet(v)
          .phase(Phase.Degraded, "release " + release + " failed: " + reason)
          .quarantined(new Memory.Quarantine(release, DEPLOYMENT, reason, NOON, 1, null))
          .deployment(null)
          .build();
    };
  }

  public static AppView services(AppView v, List<ServiceView> services) {
    return ViewBuilder.of(v).services(services).build();
  }

  public static UnaryOperator<AppView> checkedAt(Instant at) {
    return v -> ViewBuilder.of(v).source(looked(v, at, null)).build();
  }

  public static UnaryOperator<AppView> sourceError(String error) {
    return v ->
        ViewBuilder.of(v)
            .phase(Phase.Degraded, error)
            .source(looked(v, v.source().checkedAt(), error))
            .build();
  }

  private static SourceView looked(AppView v, @Nullable Instant at, @Nullable String error) {
    SourceView last = v.source();
    return new SourceView(last.url(), last.ref(), last.revision(), at, error);
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
        new TreeMap<>(Map.of("api", new UpdateGap(812, UpdateGap.By.PROBE))),
        null,
        null,
        List.of());
  }
}
