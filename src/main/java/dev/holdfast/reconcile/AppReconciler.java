package dev.holdfast.reconcile;

import dev.holdfast.backup.Operation;
import dev.holdfast.docker.EngineException;
import dev.holdfast.git.SourceException;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.plan.Intent;
import dev.holdfast.plan.Planner;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Definition.Look;
import dev.holdfast.store.NewerFormatException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One app's attempts, one at a time, each from a fresh look:
 *
 * <ol>
 *   <li>Settle a deployment that ended and was not yet remembered.
 *   <li>Between deployments, carry out what a person asked to be done with the data.
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
  private final Shells shells;
  private final AppFacts facts;
  private final InFlight inFlight;
  private final LiveView view;
  private final Keeping keeping;
  private final Deploying deploying;
  private final Operations operations;

  public AppReconciler(AppSettings settings, AppPorts ports, AppMemory memory) {
    this(settings, ports, memory, new Shells());
  }

  AppReconciler(AppSettings settings, AppPorts ports, AppMemory memory, Shells shells) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
    this.shells = shells;
    this.facts = new AppFacts(settings, ports);
    this.inFlight = new InFlight(settings, ports, memory);
    this.view = new LiveView(settings, ports, memory, facts, inFlight, shells);
    Sight sight = new Sight(settings, ports, memory);
    Begin begin = new Begin(settings, ports, memory);
    this.keeping = new Keeping(settings, ports, memory, sight, begin, facts, shells);
    this.deploying =
        new Deploying(
            settings, ports, memory, sight, begin, facts, keeping, inFlight, view, shells);
    this.operations = new Operations(settings, ports, memory, sight, begin, facts, shells);
  }

  /**
   * {@code again}: something changed, so look again at once. {@code settled}: the app is at its
   * desired release or as near as it will get. {@code within}: something comes about by then, and
   * the next look is not later; null: nothing is known to.
   */
  public record Result(
      Phase phase,
      @Nullable String reason,
      boolean again,
      boolean settled,
      @Nullable Duration within) {
    public Result(Phase phase, @Nullable String reason, boolean again, boolean settled) {
      this(phase, reason, again, settled, null);
    }
  }

  public AppView view() {
    return view.now();
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
      if (facts.seen != null) {
        shells.sweep(facts.seen, ports);
      }
    } catch (EngineException e) {
      ports.time().checkStopping();
      keeping.engineLost(e);
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
    view.show(result);
    ports.signals().looked(view.now(), Duration.between(begun, watch.now()));
    return result;
  }

  private Result reconcile() {
    Memory known = inFlight.settle();
    DeploymentRecord record = inFlight.of(known);
    operations.firstLook();
    // What only waits, for a person over Christmas perhaps, holds up nobody's restore.
    Optional<Operation> asked =
        record == null || record.waits() ? operations.pending() : Optional.empty();
    if (asked.isPresent()) {
      return operate(asked.get());
    }
    Look look = facts.lookAtDefinition();
    String desired = look.target() == null ? null : look.target().release().id();
    if (known.consent().leave() != null) {
      Instant now = ports.time().now();
      known = memory.change(m -> m.withConsent(m.consent().found(desired, m.lastGood(), now)));
    }
    Intent intent = Planner.intent(desired, known, record, ports.time().now());
    deploying.outOfRow();
    Result result = act(intent, known, look, desired);
    if (!deploying.isInRow()) {
      ports.gate().leave(settings.app());
    }
    return result;
  }

  /** Others of the group may use the same data. */
  private Result operate(Operation operation) {
    RolloutGate.Claim claim =
        operation.phase() == Operation.Phase.ASKED
            ? RolloutGate.Claim.ROLLBACK
            : RolloutGate.Claim.BEGUN;
    String what = Operations.shown(operation);
    return switch (ports.gate().ask(settings.app(), claim)) {
      case RolloutGate.Turn.Later later ->
          new Result(Phase.Progressing, what + "\n" + later.why(), false, false);
      case RolloutGate.Turn.Granted granted -> {
        try (RolloutGate.Place _ = granted.place()) {
          view.show(Phase.Progressing, what);
          yield operations.carryOut(operation, view::saw);
        }
      }
    };
  }

  private Result act(Intent intent, Memory known, Look look, @Nullable String desired) {
    return switch (intent) {
      case Intent.CarryOn carryOn -> deploying.carryOn(carryOn.record());
      case Intent.Supersede supersede -> deploying.supersede(supersede.record());
      case Intent.Deploy deploy -> deploying.deploy(deploy, look);
      case Intent.Keep keep -> keeping.keep(keep.release(), desired);
      case Intent.LeaveAlone leave -> keeping.leaveAlone(known);
      case Intent.Nothing nothing -> keeping.nothing(known, desired);
    };
  }
}
