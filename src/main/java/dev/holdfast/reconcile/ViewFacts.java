package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.reconcile.AppView.Named;
import dev.holdfast.reconcile.AppView.SourceView;
import dev.holdfast.store.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * All that a view is made from; {@code current} is what the app is kept at or brought to, {@code
 * waiting} what waits before its first work.
 */
record ViewFacts(
    AppSettings settings,
    Memory memory,
    @Nullable DeploymentRecord inFlight,
    @Nullable Release current,
    @Nullable ObservedState seen,
    SourceView source,
    @Nullable Named desired,
    @Nullable Release waiting,
    Redactor redactor) {
  /** What is brought in, or is to be. */
  @Nullable Release next() {
    return waiting == null ? current : waiting;
  }
}
