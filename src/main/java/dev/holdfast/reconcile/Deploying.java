package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Intent;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Turn;
import dev.holdfast.reconcile.AppReconciler.Result;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Definition.Look;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One deployment of an app, begun anew or carried on from where it stands, as far as it may go at
 * this look.
 */
final class Deploying {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;
  private final Sight sight;
  private final Begin begin;
  private final AppFacts facts;
  private final Keeping keeping;
  private final InFlight inFlight;
  private final LiveView view;
  private final Waits waits;
  private final Shells shells;
  private boolean inRow;

  Deploying(
      AppSettings settings,
      AppPorts ports,
      AppMemory memory,
      Sight sight,
      Begin begin,
      AppFacts facts,
      Keeping keeping,
      InFlight inFlight,
      LiveView view,
      Shells shells) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
    this.sight = sight;
    this.begin = begin;
    this.facts = facts;
    this.keeping = keeping;
    this.inFlight = inFlight;
    this.view = view;
    this.shells = shells;
    this.waits = new Waits(settings, ports, memory);
  }

  /** A look begins: whether the app has to wait for its turn is not known yet. */
  void outOfRow() {
    inRow = false;
  }

  /** It waits for others, and keeps its place in the row. */
  boolean isInRow() {
    return inRow;
  }

  Result supersede(DeploymentRecord record) {
    boolean migrates =
        ports.engine().observe(settings.app(), null).containers().stream()
            .anyMatch(
                c ->
                    c.active() && c.isOurs(settings.app()) && Labels.migration(c.labels()) != null);
    Optional<Release> release = ports.store().release(settings.app(), record.release());
    boolean unsafe = release.map(r -> Turn.after(record, r) != Turn.END).orElse(false);
    if (migrates || unsafe) {
      return carryOn(record);
    }
    new Journal(ports, record).finish(DeploymentRecord.Status.SUPERSEDED);
    return ended(record.deploymentId());
  }

  Result deploy(Intent.Deploy deploy, Look look) {
    Release release = facts.releaseOf(deploy.release()).orElse(null);
    if (release == null) {
      memory.change(m -> m.withPinned(null));
      return new Result(
          Phase.Degraded,
          "release " + deploy.release() + " is not kept any more, so it cannot be put back",
          false,
          true);
    }
    ObservedState seen = sight.of(release);
    List<String> doubts = begin.doubts(deploy.kind(), release, seen);
    if (!doubts.isEmpty()) {
      facts.current = release;
      facts.seen = seen;
      String reason = ports.redactor().redact(String.join("\n", doubts));
      ports.signals().problem(settings.app(), "project", reason);
      return new Result(Phase.Degraded, reason, false, true);
    }
    DeploymentRecord record = begin.deployment(deploy, release, look, seen);
    ports.signals().deploymentBegan(record);
    ports.engine().notices(release).forEach(text -> ports.signals().note(settings.app(), text));
    return begin(record, release, look.target(), seen);
  }

  Result carryOn(DeploymentRecord record) {
    Definition.Target same = facts.targetOf(record.release());
    Release release =
        ports
            .store()
            .release(settings.app(), record.release())
            .orElse(same == null ? null : same.release());
    if (release == null) {
      // Nothing says what it was to become: give it up, and let the next look begin from what is
      // there.
      new Journal(ports, record).finish(DeploymentRecord.Status.FAILED);
      memory.change(m -> m.withDeployment(null));
      return new Result(
          Phase.Degraded,
          "the release of deployment " + record.deploymentId() + " was lost with the state",
          true,
          false);
    }
    if (!record.waits()) {
      ports.signals().note(settings.app(), "carrying on deployment " + record.deploymentId());
    }
    Secrets.register(release, ports.redactor());
    return begin(record, release, same, sight.of(release));
  }

  /** Nothing is pulled or touched before it is cleared; what runs is kept up meanwhile. */
  private Result begin(
      DeploymentRecord record,
      Release release,
      Definition.@Nullable Target target,
      ObservedState seen) {
    facts.current = release;
    Journal journal = new Journal(ports, record);
    Secrets.register(release, ports.redactor());
    Requests requests = validated(journal, release, target, seen);
    List<String> doubts = record.waits() ? begin.doubts(record.kind(), release, seen) : List.of();
    if (!doubts.isEmpty()) {
      facts.seen = seen;
      String reason = ports.redactor().redact(String.join("\n", doubts));
      return new Result(Phase.Degraded, reason, false, true);
    }
    return switch (waits.of(journal, seen)) {
      case Waits.Standing.Ended _ -> ended(record.deploymentId());
      case Waits.Standing.On on -> {
        inRow = on.phase() == Phase.Progressing;
        yield record.waits() ? waiting(on, seen) : halfway(on, seen);
      }
      case Waits.Standing.Begins begins -> {
        try (RolloutGate.Place _ = begins.place()) {
          yield run(journal, release, requests, seen);
        }
      }
    };
  }

  /** Between two releases nothing is drift: what looks like it is the rollout's own work. */
  private Result halfway(Waits.Standing.On on, ObservedState seen) {
    facts.seen = seen;
    return new Result(on.phase(), on.reason(), false, false, on.within());
  }

  /** Drift is corrected all the while, and what is wrong with the app goes before what waits. */
  private Result waiting(Waits.Standing.On on, ObservedState seen) {
    String desired = facts.desired() == null ? null : facts.desired().release();
    String lastGood = memory.read().lastGood();
    boolean settled = on.phase() != Phase.Progressing;
    if (lastGood == null) {
      facts.seen = seen;
      return new Result(on.phase(), on.reason(), false, settled, on.within());
    }
    Result kept = keeping.keep(lastGood, desired);
    boolean well = kept.phase() == Phase.Synced;
    String reason = kept.reason() == null ? on.reason() : on.reason() + "\n" + kept.reason();
    return new Result(
        well ? on.phase() : kept.phase(),
        reason,
        kept.again(),
        settled && kept.settled(),
        on.within());
  }

  private Result run(Journal journal, Release release, Requests requests, ObservedState seen) {
    DeploymentRecord record = journal.record();
    facts.current = release;
    view.show(Phase.Progressing, "deployment " + record.deploymentId());
    Release previous =
        record.previousRelease() == null
            ? null
            : ports.store().release(settings.app(), record.previousRelease()).orElse(null);
    Work work = new Work(release, previous, requests, memory, sight, view::saw, shells);
    DeploymentRun run = new DeploymentRun(ports, work, journal, () -> isSuperseded(record));
    return switch (run.run(seen)) {
      case DeploymentRun.Ending.Left left ->
          new Result(Phase.Progressing, left.reason(), false, false);
      case DeploymentRun.Ending.Finished finished -> ended(record.deploymentId());
    };
  }

  private Result ended(String deployment) {
    inFlight.settle();
    keeping.untidy();
    ports.store().record(settings.app(), deployment).ifPresent(ports.signals()::deploymentEnded);
    return new Result(Phase.Progressing, "deployment " + deployment + " ended", true, false);
  }

  /**
   * The files were validated by the look; what is left is to have those that are mounted at hand.
   */
  private Requests validated(
      Journal journal, Release release, Definition.@Nullable Target target, ObservedState seen) {
    boolean first = journal.record().steps().isEmpty();
    if (first) {
      journal.begin(Stage.VALIDATE, null);
    }
    Requests requests = begin.requests(release, journal.record().deploymentId(), target, seen);
    if (first) {
      journal.end(StepStatus.SUCCEEDED, release.services().size() + " services");
    }
    return requests;
  }

  /** A look that is older than an interval is renewed before the first container is touched. */
  private boolean isSuperseded(DeploymentRecord record) {
    Instant lookedAt = facts.lookedAt;
    boolean old =
        lookedAt == null
            || Duration.between(lookedAt, ports.time().now()).compareTo(settings.interval()) > 0;
    if (record.kind() == Kind.ROLLBACK || !old) {
      return false;
    }
    Definition.Target target = facts.lookAtDefinition().target();
    return target != null
        && !target.release().id().equals(record.release())
        && !memory.read().isQuarantined(target.release().id(), ports.time().now());
  }
}
