package dev.holdfast.api;

import dev.holdfast.reconcile.LoopHealth;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Alive means that the loop turns. */
@Liveness
public class LoopLiveness implements HealthCheck {
  private final LoopHealth health;

  LoopLiveness(LoopHealth health) {
    this.health = health;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("loop")
        .status(health.live())
        .withData("detail", health.detail())
        .build();
  }
}
