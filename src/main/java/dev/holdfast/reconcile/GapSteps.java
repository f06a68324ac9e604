package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Release;
import dev.holdfast.model.Updating;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Step;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts the measuring of gaps around the steps that make them. */
final class GapSteps implements AutoCloseable {
  private final Release release;
  private final Sight sight;
  private final @Nullable Journal journal;
  private final HealthWait health;
  private final GapMeter meter;

  GapSteps(Work work, @Nullable Journal journal, HealthWait health, GapMeter meter) {
    this.release = work.release();
    this.sight = work.sight();
    this.journal = journal;
    this.health = health;
    this.meter = meter;
  }

  StepResult stop(Step.Stop step, ObservedState seen, Supplier<StepResult> action) {
    Probe probe = probe(step.service());
    if (probe != null && isUpdate(step.stage()) && GapMeter.canBeat(probe)) {
      seen.containers().stream()
          .filter(c -> c.id().equals(step.container().id()) && c.state() == State.RUNNING)
          // On another's network it has none of its own to be asked at.
          .filter(old -> !old.addresses().isEmpty())
          .findFirst()
          .ifPresent(old -> meter.leaves(step.service(), old, probe));
    }
    StepResult result = action.get();
    meter.left(step.service(), Objects.requireNonNull(step.container().id()));
    return result;
  }

  /**
   * @param id of what starts; it may have been renamed since its creation
   */
  StepResult start(Step.Start step, String id, Supplier<StepResult> action) {
    StepResult result = action.get();
    Probe probe = probe(step.service());
    if (probe != null
        && isUpdate(step.stage())
        && (meter.hasLeft(step.service()) || startsFirst(step.service()))
        && GapMeter.canBeat(probe)
        && result instanceof StepResult.Done) {
      started(step.service(), id)
          .ifPresent(container -> meter.comes(step.service(), container, probe));
    }
    return result;
  }

  private Optional<ObservedContainer> started(String service, String id) {
    try {
      ObservedState seen = sight.of(release);
      health.saw(seen);
      return seen.of(service).stream().filter(c -> c.id().equals(id)).findFirst();
    } catch (EngineException e) {
      // Whatever it is, the next step meets it too, and says so.
      return Optional.empty();
    }
  }

  /** What was updated is healthy; the first figure of a deployment stands. */
  void healthy(String service) {
    if (journal == null
        || journal.record().direction() != Direction.FORWARD
        || journal.record().gaps().containsKey(service)
        || !journal.record().servicesDeployed().contains(service)
        || !release.services().containsKey(service)) {
      return;
    }
    try {
      List<ObservedContainer> now = health.subjects().containers(service, health.last()).toList();
      meter
          .measured(service, journal.record().before(), now)
          .ifPresent(gap -> journal.gap(service, gap));
    } catch (EngineException e) {
      journal.log("info", Stage.PROBE.text(), service, "the gap of its update is not known");
    }
  }

  private boolean isUpdate(Stage stage) {
    return journal != null && stage == Stage.UPDATE;
  }

  private boolean startsFirst(String service) {
    Release.Service known = release.services().get(service);
    return known != null && known.spec().updates().strategy() == Updating.Strategy.START_FIRST;
  }

  private @Nullable Probe probe(String service) {
    Release.Service known = release.services().get(service);
    return known == null ? null : known.spec().probe();
  }

  @Override
  public void close() {
    meter.close();
  }
}
