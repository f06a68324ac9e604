package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.reconcile.AppReconciler.Result;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.store.NewerFormatException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/** What people are shown of an app: made anew whenever something is known that was not. */
final class LiveView {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;
  private final AppFacts facts;
  private final InFlight inFlight;
  private final Shells shells;
  private volatile AppView view;

  LiveView(
      AppSettings settings,
      AppPorts ports,
      AppMemory memory,
      AppFacts facts,
      InFlight inFlight,
      Shells shells) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
    this.facts = facts;
    this.inFlight = inFlight;
    this.shells = shells;
    this.view = Views.unknown(settings, "not looked at yet");
  }

  AppView now() {
    return sittingAt(view);
  }

  private AppView sittingAt(AppView of) {
    return of.sittingAt(shells.of(settings.app()));
  }

  /** What came of an attempt, or that the agent's state cannot be read. */
  void show(Result result) {
    try {
      show(result.phase(), result.reason());
    } catch (UncheckedIOException | NewerFormatException e) {
      view = Views.unknown(settings, EngineCalls.message(e));
      ports.signals().changed(view);
    }
  }

  void saw(ObservedState seen) {
    facts.seen = seen;
    show(Phase.Progressing, view.reason());
  }

  void show(Phase phase, @Nullable String reason) {
    Memory known = memory.read();
    ViewFacts all =
        new ViewFacts(
            settings,
            known,
            inFlight.of(known),
            facts.current,
            facts.seen,
            facts.source,
            facts.desired(),
            waiting(known),
            ports.redactor());
    view = sittingAt(Views.of(all, phase, reason, view, ports.time().now()));
    ports.signals().changed(view);
  }

  /** What a person is to say something to. */
  private @Nullable Release waiting(Memory known) {
    DeploymentRecord record = inFlight.of(known);
    return record == null || !record.waits()
        ? null
        : facts.releaseOf(record.release()).orElse(null);
  }
}
