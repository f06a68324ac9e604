package dev.holdfast.api;

import dev.holdfast.reconcile.LoopHealth;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready means that the engine answers and the first look at every app is done. */
@Readiness
public class LoopReadiness implements HealthCheck {
  private final LoopHealth health;

  LoopReadiness(LoopHealth health) {
    this.health = health;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("apps")
        .status(health.ready())
        .withData("detail", health.detail())
        .build();
  }
}
