package dev.holdfast.api;

import dev.holdfast.model.Memory;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Named;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.AppView.ServiceView;
import dev.holdfast.reconcile.AppView.SourceView;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A view for tests: as another, for which nothing waits and of which no way back is known, until
 * something else is said.
 */
final class ViewBuilder {
  private final AppView of;
  private Phase phase;
  private @Nullable String reason;
  private @Nullable String release;
  private @Nullable String version;
  private @Nullable String commit;
  private @Nullable Instant since;
  private SourceView source;
  private @Nullable Named desired;
  private @Nullable String lastGood;
  private List<Memory.Quarantine> quarantined;
  private Memory.@Nullable Hold hold;
  private AppView.@Nullable Approval approval;
  private List<ServiceView> services;
  private @Nullable String deployment;
  private AppView.@Nullable Rollback rollback;
  private AppView.@Nullable Awaits awaits;

  private ViewBuilder(AppView of) {
    this.of = of;
    phase = of.phase();
    reason = of.reason();
    release = of.release();
    version = of.version();
    commit = of.commit();
    since = of.since();
    source = of.source();
    desired = of.desired();
    lastGood = of.lastGood();
    quarantined = of.quarantined();
    hold = of.hold();
    approval = of.approval();
    services = of.services();
    deployment = of.deployment();
  }

  static ViewBuilder of(AppView view) {
    return new ViewBuilder(view);
  }

  ViewBuilder phase(Phase newPhase, @Nullable String why) {
    phase = newPhase;
    reason = why;
    return this;
  }

  /** What runs and is confirmed. */
  ViewBuilder release(@Nullable String good) {
    release = good;
    lastGood = good;
    return this;
  }

  ViewBuilder named(@Nullable String newVersion, @Nullable String newCommit) {
    version = newVersion;
    commit = newCommit;
    return this;
  }

  ViewBuilder since(Instant moment) {
    since = moment;
    return this;
  }

  ViewBuilder source(SourceView looked) {
    source = looked;
    return this;
  }

  ViewBuilder desired(@Nullable Named wanted) {
    desired = wanted;
    return this;
  }

  ViewBuilder quarantined(Memory.Quarantine entry) {
    quarantined = List.of(entry);
    return this;
  }

  ViewBuilder hold(Memory.@Nullable Hold by) {
    hold = by;
    return this;
  }

  ViewBuilder approval(AppView.@Nullable Approval asked) {
    approval = asked;
    return this;
  }

  ViewBuilder services(List<ServiceView> all) {
    services = all;
    return this;
  }

  ViewBuilder deployment(@Nullable String id) {
    deployment = id;
    return this;
  }

  ViewBuilder rollback(AppView.Rollback outlook) {
    rollback = outlook;
    return this;
  }

  ViewBuilder awaits(AppView.Awaits what) {
    awaits = what;
    return this;
  }

  AppView build() {
    return new AppView(
        of.app(),
        phase,
        reason,
        of.environment(),
        of.server(),
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
        of.shells());
  }
}
