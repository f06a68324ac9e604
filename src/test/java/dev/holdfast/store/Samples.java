package dev.holdfast.store;

import dev.holdfast.model.Approval;
import dev.holdfast.model.Consent;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Digest;
import dev.holdfast.model.Environment;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Memory;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.Passage;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.UpdateGap;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values as the store keeps them. */
final class Samples {
  static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123Z");

  private Samples() {}

  static Memory memory(String deployment) {
    return Memory.EMPTY
        .confirm(new Memory.Confirmed("aaaaaaaaaaaa", "1.2", "abc", "4f3c2a1b9d0e", NOON), 3)
        .quarantine(
            new Memory.Quarantine(
                "bbbbbbbbbbbb", "20261120T120000Z-4f3c2a1b9d0e", "the probe failed", NOON, 1, null))
        .withHold(new Memory.Hold("look first", "ops", NOON))
        .withDeployment(deployment)
        .withConsent(
            new Consent(
                new Consent.Decision(
                    "20261120T120000Z-4f3c2a1b9d0e",
                    "aaaaaaaaaaaa",
                    new Approval(Approval.State.APPROVED, "ann", NOON, null),
                    true),
                new Consent.Leave(null, new Passage("ann", NOON, "urgent"))));
  }

  static String id(Instant began) {
    return began.toString().substring(0, 19).replaceAll("[-:]", "") + "Z-4f3c2a1b9d0e";
  }

  static DeploymentRecord record(
      String id, DeploymentRecord.Status status, @Nullable Instant ended) {
    return new DeploymentRecord(
        id,
        NOON,
        ended,
        "vps-1",
        "shop",
        "production",
        DeploymentRecord.Kind.DEPLOY,
        status,
        DeploymentRecord.Direction.FORWARD,
        "the desired release changed",
        "4f3c2a1b9d0e",
        "refs/heads/main",
        NOON,
        "aaaaaaaaaaaa",
        "1.2",
        null,
        "bbbbbbbbbbbb",
        List.of("api", "web"),
        new TreeMap<>(
            Map.of(
                "api",
                DeploymentRecord.HealthCheck.HEALTHY,
                "web",
                DeploymentRecord.HealthCheck.SKIPPED)),
        true,
        true,
        List.of(
            new DeploymentRecord.Replaced(
                "api", 1, "c1", "shop-api-1", "h", "sha256:1", RestartPolicy.NO, true)),
        new TreeMap<>(Map.of(0, 0)),
        new TreeMap<>(),
        List.of(
            new DeploymentRecord.StepRecord(
                "pull", null, NOON, NOON, DeploymentRecord.StepStatus.SUCCEEDED, null),
            new DeploymentRecord.StepRecord(
                "probe", "api", NOON, null, DeploymentRecord.StepStatus.RUNNING, "waits")),
        new DeploymentRecord.Failure(
            "probe", "api", "connection refused", List.of("starting", "listening on 3001")),
        new TreeMap<>(Map.of("api", new UpdateGap(812, UpdateGap.By.PROBE))),
        new Approval(Approval.State.APPROVED, "ann", NOON, null),
        new Passage("ann", NOON, "urgent"),
        List.of("cache"));
  }

  static Release release(String image, MountSpec... mounts) {
    return release(
        image,
        Environment.of(Map.of("DATABASE_URL", "postgres://app:hunter2-secret@db/app")),
        mounts);
  }

  static Release release(String image, Environment environment, MountSpec... mounts) {
    ContainerSpec container =
        new ContainerSpec(
            ContainerSpec.Process.OF_IMAGE,
            environment,
            new TreeMap<>(),
            null,
            null,
            List.of(),
            List.of(),
            List.of(mounts),
            List.of(),
            null,
            RestartPolicy.NO,
            null,
            ContainerSpec.Lifecycle.DEFAULT,
            ContainerSpec.Limits.NONE,
            null,
            null,
            null);
    PinnedImage pinned =
        PinnedImage.of(ImageReference.parse(image), new Digest("sha256:" + "a1".repeat(32)));
    SortedMap<String, Release.Service> services = new TreeMap<>();
    services.put(
        "api",
        new Release.Service(new ServiceSpec("api", container, new TreeMap<>(), null), pinned));
    return new Release("shop", services, new TreeMap<>(), new TreeMap<>(), RolloutSpec.DEFAULT);
  }

  static MountSpec tracked(String path, String hash) {
    return new MountSpec.Tracked(path, hash, "/etc/app", true, List.of());
  }

  static MountSpec bind() {
    return new MountSpec.Bind(new HostPath.InProject("data"), "/data", false, List.of(), true);
  }
}
