package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine.RegistryLogin;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.registry.RegistryException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pulls one image, with a few tries: registries and the ways to them fail for seconds at a time.
 */
final class Puller {
  private static final List<Duration> BETWEEN_TRIES =
      List.of(Duration.ofSeconds(2), Duration.ofSeconds(8));

  private final AppPorts ports;
  private final String app;

  Puller(AppPorts ports, String app) {
    this.ports = ports;
    this.app = app;
  }

  StepResult pull(PinnedImage image) {
    String reason = "";
    boolean engineFailed = false;
    for (int i = 0; i <= BETWEEN_TRIES.size(); i++) {
      try {
        ports
            .time()
            .interruptible(
                () -> {
                  pullOnce(image);
                  return image;
                });
        // An engine that failed may have been restarted since, and then other things run than were
        // seen.
        return engineFailed
            ? new StepResult.Replan("pulled, after " + reason)
            : new StepResult.Done(image.display());
      } catch (EngineException.Unreachable e) {
        ports.time().checkStopping();
        return new StepResult.Suspended(EngineCalls.message(e), isThere());
      } catch (EngineException | RegistryException e) {
        ports.time().checkStopping();
        reason = EngineCalls.message(e);
        engineFailed |= e instanceof EngineException;
        ports.signals().note(app, reason);
        if (i < BETWEEN_TRIES.size()) {
          ports.time().sleep(BETWEEN_TRIES.get(i));
        }
      }
    }
    return new StepResult.Failed(reason, List.of(), true);
  }

  /** An engine that answers, and not to this, is not waited for as one that is away is. */
  private boolean isThere() {
    try {
      ports.engine().observe(app, null);
      return true;
    } catch (EngineException e) {
      ports.time().checkStopping();
      return false;
    }
  }

  private void pullOnce(PinnedImage image) {
    String name = image.display();
    try {
      ports.signals().pulling(app, name, 0, 0);
      ports
          .engine()
          .pull(
              image,
              login(image.name().registry()),
              progress -> ports.signals().pulling(app, name, progress.current(), progress.total()));
    } finally {
      ports.signals().pulled(app, name);
    }
  }

  private @Nullable RegistryLogin login(String registry) {
    return ports
        .registry()
        .credentials(registry)
        .map(c -> new RegistryLogin(registry, c.username(), c.password(), c.identityToken()))
        .orElse(null);
  }
}
