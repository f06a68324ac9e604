package dev.holdfast.reconcile;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.model.Memory;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
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
    @Nullable Rollback rollback,
    @Nullable Awaits awaits,
    List<ShellView> shells) {
  public AppView {
    shells = List.copyOf(shells);
  }

  AppView sittingAt(List<ShellView> now) {
    return now.equals(shells)
        ? this
        : new AppView(
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
            rollback,
            awaits,
            now);
  }

  /** A container that somebody sits at, and who: {@code holdfast shell}. */
  public record ShellView(String id, String service, String by, Instant since) {}

  /**
   * What the deployment in flight waits for, whatever the phase says: where what runs is not well,
   * that goes first there.
   */
  public enum Awaits {
    APPROVAL,
    WINDOW;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
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
   * {@code error}: why the last look failed, or null; {@code checkedAt}: when the last look began
   * that succeeded.
   */
  public record SourceView(
      String url,
      @Nullable String ref,
      @Nullable String revision,
      @Nullable Instant checkedAt,
      @Nullable String error) {}

  public record Named(
      @Nullable String release, @Nullable String version, @Nullable String commit) {}

  /**
   * @param state {@code waiting}, {@code approved}, {@code rejected} or {@code expired}; {@code by}
   *     whom, {@code at} when and {@code reason} of what was said
   * @param since when it began to wait; {@code expiresAt}: until when
   * @param changes against what runs, a service each; {@code migrations}: what it runs
   */
  public record Approval(
      String release,
      String state,
      @Nullable String by,
      @Nullable Instant at,
      @Nullable String reason,
      @Nullable Instant since,
      @Nullable Instant expiresAt,
      List<String> changes,
      List<String> migrations) {
    public Approval {
      changes = List.copyOf(changes);
      migrations = List.copyOf(migrations);
    }
  }

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
