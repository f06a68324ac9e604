package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.git.SourceException;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Memory.Quarantine;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Intent;
import dev.holdfast.plan.Planner;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Turn;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Definition.Look;
import dev.holdfast.store.NewerFormatException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One app's attempts, one at a time, each from a fresh look:
 *
 * <ol>
 *   <li>Settle a deployment that ended and was not yet remembered.
 *   <li>Ask what is desired. Not knowing changes nothing.
 *   <li>Decide what the attempt is about: a deployment to carry on, a new one, keeping the app
 *       where it is, or leaving it alone.
 *   <li>Do it, and show what came of it.
 * </ol>
 *
 * An attempt never throws for what the world does; it says so in the phase and its reason.
 */
public final class AppReconciler {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;
  private final Sight sight;
  private final Begin begin;
  private volatile AppView view;
  private final AppFacts facts;
  private final Keeping keeping;

  public AppReconciler(AppSettings settings, AppPorts ports, AppMemory memory) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
    this.sight = new Sight(settings, ports, memory);
    this.begin = new Begin(settings, ports, memory);
    this.facts = new AppFacts(settings, ports);
    this.keeping = new Keeping(settings, ports, memory, sight, begin, facts);
    this.view = Views.unknown(settings, "not looked at yet");
  }

  /**
   * {@code again}: something changed, so look again at once. {@code settled}: the app is at its
   * desired release or as near as it will get.
   */
  public record Result(Phase phase, @Nullable String reason, boolean again, boolean settled) {}

  public AppView view() {
    return view;
  }

  Definition.@Nullable Look lastLook() {
    return facts.look;
  }

  public Result attempt() {
    Stopwatch watch = new Stopwatch(ports.time());
    Instant begun = watch.now();
    Result result;
    try {
      result = reconcile();
    } catch (EngineException e) {
      ports.time().checkStopping();
      keeping.engineLost();
      ports.signals().problem(settings.app(), "engine", EngineCalls.message(e));
      result = new Result(Phase.Unknown, EngineCalls.message(e), false, false);
    } catch (SourceException e) {
      // A file that was read for the release changed before it was copied; the next look takes it.
      ports.signals().problem(settings.app(), "source", EngineCalls.message(e));
      result = new Result(Phase.Unknown, EngineCalls.message(e), false, false);
    } catch (UncheckedIOException e) {
      ports.signals().problem(settings.app(), "state", EngineCalls.message(e));
      result =
          new Result(Phase.Degraded, "the agent's state: " + EngineCalls.message(e), false, false);
    } catch (NewerFormatException e) {
      ports.signals().problem(settings.app(), "state", EngineCalls.message(e));
      result = new Result(Phase.Degraded, EngineCalls.message(e), false, false);
    } catch (Time.Stopping e) {
      throw e;
    } catch (RuntimeException e) {
      // A defect of ours, met by this app's input: it must not take the other apps' turns with it.
      ports.signals().defect(settings.app(), e);
      String reason = ports.redactor().redact("a defect of the agent: " + e);
      result = new Result(Phase.Degraded, reason, false, false);
    }
    showOr(result);
    ports.signals().looked(view, Duration.between(begun, watch.now()));
    return result;
  }

  private Result reconcile() {
    Memory known = settle();
    DeploymentRecord inFlight = inFlight(known);
    Look look = facts.lookAtDefinition();
    String desired = look.target() == null ? null : look.target().release().id();
    Intent intent = Planner.intent(desired, known, inFlight, ports.time().now());
    return switch (intent) {
      case Intent.CarryOn carryOn -> carryOn(carryOn.record());
      case Intent.Supersede supersede -> supersede(supersede.record());
      case Intent.Deploy deploy -> deploy(deploy, look);
      case Intent.Keep keep -> keeping.keep(keep.release(), desired);
      case Intent.LeaveAlone leave -> leaveAlone(known);
      case Intent.Nothing nothing -> nothing(known, desired);
    };
  }

  /** A deployment whose record is closed and which memory still names died between two writes. */
  private Memory settle() {
    Memory known = memory.read();
    if (known.deployment() == null) {
      return known;
    }
    Optional<DeploymentRecord> record = ports.store().record(settings.app(), known.deployment());
    if (record.isEmpty()) {
      return memory.change(m -> m.withDeployment(null));
    }
    return Settlement.isOver(record.get())
        ? memory.change(m -> Settlement.of(m, record.get(), settings.keepReleases()))
        : known;
  }

  private @Nullable DeploymentRecord inFlight(Memory known) {
    return known.deployment() == null
        ? null
        : ports.store().record(settings.app(), known.deployment()).orElse(null);
  }

  private Result supersede(DeploymentRecord record) {
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

  private Result deploy(Intent.Deploy deploy, Look look) {
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
    return run(record, release, look.target());
  }

  private Result carryOn(DeploymentRecord record) {
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
    ports.signals().note(settings.app(), "carrying on deployment " + record.deploymentId());
    return run(record, release, same);
  }

  private Result run(DeploymentRecord record, Release release, Definition.@Nullable Target target) {
    facts.current = release;
    show(Phase.Progressing, "deployment " + record.deploymentId());
    Journal journal = new Journal(ports, record);
    Secrets.register(release, ports.redactor());
    ObservedState seen = sight.of(release);
    Requests requests = validated(journal, release, target, seen);
    Release previous =
        record.previousRelease() == null
            ? null
            : ports.store().release(settings.app(), record.previousRelease()).orElse(null);
    Work work = new Work(release, previous, requests, memory, sight, this::saw);
    DeploymentRun run = new DeploymentRun(ports, work, journal, () -> isSuperseded(record));
    try (RolloutGate.Place _ = ports.gate().enter(settings.app())) {
      return switch (run.run()) {
        case DeploymentRun.Ending.Left left ->
            new Result(Phase.Progressing, left.reason(), false, false);
        case DeploymentRun.Ending.Finished finished -> ended(record.deploymentId());
      };
    }
  }

  private void saw(ObservedState seen) {
    facts.seen = seen;
    show(Phase.Progressing, view.reason());
  }

  private Result ended(String deployment) {
    settle();
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

  private Result leaveAlone(Memory known) {
    String lastGood = known.lastGood();
    facts.current = lastGood == null ? null : facts.releaseOf(lastGood).orElse(null);
    facts.seen = seenBeside(facts.current);
    String reason = known.hold() == null ? null : known.hold().reason();
    return new Result(Phase.Held, reason, false, true);
  }

  private ObservedState seenBeside(@Nullable Release release) {
    return release == null ? ports.engine().observe(settings.app(), null) : sight.of(release);
  }

  private Result nothing(Memory known, @Nullable String desired) {
    Look look = facts.look;
    Quarantine quarantine = desired == null ? null : known.quarantined().get(desired);
    facts.current =
        quarantine == null || look == null || look.target() == null
            ? null
            : look.target().release();
    facts.seen = seenBeside(facts.current);
    if (quarantine != null) {
      return new Result(
          Phase.Degraded,
          "the first release failed and is in quarantine: " + quarantine.reason(),
          false,
          true);
    }
    String reason =
        look == null || look.problems().isEmpty()
            ? "nothing is known to deploy"
            : String.join("\n", look.problems());
    return new Result(Phase.Degraded, ports.redactor().redact(reason), false, true);
  }

  private void showOr(Result result) {
    try {
      show(result.phase(), result.reason());
    } catch (UncheckedIOException | NewerFormatException e) {
      view = Views.unknown(settings, EngineCalls.message(e));
      ports.signals().changed(view);
    }
  }

  private void show(Phase phase, @Nullable String reason) {
    Memory known = memory.read();
    Views.Facts all =
        new Views.Facts(
            settings,
            known,
            inFlight(known),
            facts.current,
            facts.seen,
            facts.source,
            facts.desired());
    view = Views.of(all, phase, reason, view, ports.time().now());
    ports.signals().changed(view);
  }
}
