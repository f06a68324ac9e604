package dev.holdfast.reconcile;

import dev.holdfast.model.Memory;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about an app now: the object of {@code GET /api/v1/apps/{app}}. No value of a
 * variable is in it.
 */
public record AppView(
    String app,
    Phase phase,
    @Nullable String reason,
    String environment,
    String server,
    @Nullable String release,
    @Nullable String version,
    @Nullable String commit,
    @Nullable Instant since,
    SourceView source,
    @Nullable Named desired,
    @Nullable String lastGood,
    List<Memory.Quarantine> quarantined,
    Memory.@Nullable Hold hold,
    @Nullable Approval approval,
    List<ServiceView> services,
    @Nullable String deployment,
    @Nullable Rollback rollback) {
  /** Without a release at hand there is nothing to say of a way back. */
  public AppView(
      String app,
      Phase phase,
      @Nullable String reason,
      String environment,
      String server,
      @Nullable String release,
      @Nullable String version,
      @Nullable String commit,
      @Nullable Instant since,
      SourceView source,
      @Nullable Named desired,
      @Nullable String lastGood,
      List<Memory.Quarantine> quarantined,
      Memory.@Nullable Hold hold,
      @Nullable Approval approval,
      List<ServiceView> services,
      @Nullable String deployment) {
    this(
        app,
        phase,
        reason,
        environment,
        server,
        release,
        version,
        commit,
        since,
        source,
        desired,
        lastGood,
        quarantined,
        hold,
        approval,
        services,
        deployment,
        null);
  }

  /**
   * Whether the release that is rolled out, or would be next, is put back by itself if it fails.
   */
  public record Rollback(String release, boolean automatic, String reason) {}

  /** Spelled as here in the API, in metrics and on the command line. */
  public enum Phase {
    Synced,
    Progressing,
    AwaitingApproval,
    AwaitingWindow,
    Held,
    Degraded,
    Unknown
  }

  /**
   * {@code error}: why the last look failed, or null; {@code checkedAt}: the last look that
   * succeeded.
   */
  public record SourceView(
      String url,
      @Nullable String ref,
      @Nullable String revision,
      @Nullable Instant checkedAt,
      @Nullable String error) {}

  public record Named(
      @Nullable String release, @Nullable String version, @Nullable String commit) {}

  public record Approval(String release, String state) {}

  public record ServiceView(
      String service,
      @Nullable String image,
      @Nullable String digest,
      List<ContainerView> containers,
      boolean inSync) {}

  public record ContainerView(
      String id,
      String name,
      String state,
      @Nullable String health,
      int restarts,
      @Nullable Instant startedAt) {}
}
