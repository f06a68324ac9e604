package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;

/** How a container that runs is remembered, so that the very same can be put back. */
final class Befores {
  private Befores() {}

  static Replaced of(ObservedContainer container) {
    boolean healthy = container.state() == State.RUNNING && container.health() != Health.UNHEALTHY;
    return new Replaced(
        container.service(),
        container.number(),
        container.id(),
        container.name(),
        container.configHash(),
        container.imageId(),
        container.restart(),
        healthy);
  }
}
