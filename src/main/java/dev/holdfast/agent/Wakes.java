package dev.holdfast.agent;

import dev.holdfast.api.Hooks;
import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.HookConfig;
import dev.holdfast.docker.DockerEngine;
import dev.holdfast.metrics.AgentMetrics;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.reconcile.Wake;
import dev.holdfast.wake.EngineWatch;
import dev.holdfast.wake.FileWatch;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Everything that makes the agent look before the interval is over. */
final class Wakes implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger("holdfast");
  private final Fleet fleet;
  private final AgentMetrics metrics;
  private final EngineWatch engine;
  private final FileWatch files;
  private final WatchedFiles watched = new WatchedFiles();
  private volatile AgentConfig config;
  private volatile boolean started;

  Wakes(Fleet fleet, DockerEngine engine, AgentMetrics metrics, AgentConfig config) {
    this.fleet = fleet;
    this.metrics = metrics;
    this.config = config;
    this.engine =
        new EngineWatch(
            engine::follow,
            app -> wake(app, Wake.ENGINE),
            () -> this.config.apps().keySet().forEach(app -> wake(app, Wake.ENGINE)));
    this.files = new FileWatch(app -> wake(app, Wake.FILE), LOG::warn);
  }

  WatchedFiles watched() {
    return watched;
  }

  void use(AgentConfig next) {
    config = next;
    watched.keep(next.apps().keySet());
  }

  void start() {
    started = true;
    engine.start();
  }

  /** What a look read is what is watched until the next. */
  void looked(String app) {
    if (started) {
      files.watch(app, watched.of(app));
    }
  }

  void appGone(String app) {
    files.watch(app, Set.of());
  }

  private void wake(String app, Wake cause) {
    if (fleet.wake(app, cause)) {
      metrics.wakeUp(app, cause.text());
    }
  }

  Optional<Hooks.Hook> hook(String name) {
    HookConfig hook = config.hooks().get(name);
    return Optional.ofNullable(hook)
        .map(
            found ->
                new Hooks.Hook(
                    found.secret(),
                    () -> {
                      Set<String> apps =
                          found.apps().isEmpty() ? config.apps().keySet() : found.apps();
                      apps.forEach(app -> wake(app, Wake.HOOK));
                    }));
  }

  @Override
  public void close() {
    engine.close();
    files.close();
  }
}
