package dev.holdfast.agent;

import dev.holdfast.api.ApiSettings;
import dev.holdfast.api.Events;
import dev.holdfast.api.Hooks;
import dev.holdfast.api.Pulls;
import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AppConfig;
import dev.holdfast.config.ConfigProblem;
import dev.holdfast.config.ReadConfig;
import dev.holdfast.config.WatchedConfig;
import dev.holdfast.docker.DockerEngine;
import dev.holdfast.metrics.AgentMetrics;
import dev.holdfast.notify.Notifications;
import dev.holdfast.reconcile.App;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.reconcile.Loop;
import dev.holdfast.reconcile.LoopHealth;
import dev.holdfast.reconcile.SystemTime;
import dev.holdfast.reconcile.Turns;
import dev.holdfast.registry.OciRegistry;
import dev.holdfast.store.BackupFiles;
import dev.holdfast.store.FileStore;
import dev.holdfast.store.Outbox;
import dev.holdfast.store.Redactor;
import dev.holdfast.store.SecretFolder;
import dev.holdfast.store.StateLock;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Reception;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The agent's life: takes the state directory, turns every app, takes up a changed agent.yaml
 * within an interval, and stops so that the next start carries on.
 */
@ApplicationScoped
public class AgentLoop implements Loop, LoopHealth, ApiSettings, Hooks {
  private static final Logger LOG = Logger.getLogger("holdfast");
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);

  private final WatchedConfig file;
  private final Ticker ticker = new Ticker();
  private final ServiceManager manager = ServiceManager.of(System.getenv(), System::nanoTime);
  private final Redactor redactor = new Redactor();
  private final SystemTime time = new SystemTime();
  private final Notifications notifications;
  private final Notices notices;
  private final Wakes wakes;
  private final AgentSignals signals;
  private final StateLock lock;
  private final DockerEngine engine;
  private final OciRegistry registry;
  private final Fleet fleet;
  private final FleetHealth health;
  private final ExecutorService workers;
  private final Assembly assembly;
  private final Map<String, App> apps = new HashMap<>();
  private volatile AgentConfig config;
  private volatile @Nullable String configProblem;
  private long configDue = System.nanoTime();

  /** Whether an app that left agent.yaml may have a shell of an earlier life. */
  private final AtomicBoolean shellsLeft = new AtomicBoolean(true);

  AgentLoop(
      @ConfigProperty(name = "holdfast.config") String path,
      AgentMetrics metrics,
      Events events,
      Pulls pulls) {
    this.file = new WatchedConfig(Path.of(path), System.getenv());
    this.config = first(file);
    this.lock = StateLock.take(config.state());
    Path secrets = SecretFolder.of(System.getenv(), config.state());
    FileStore store = FileStore.open(config.state(), secrets, redactor, LOG::warn);
    this.engine = new DockerEngine(AdapterSettings.docker(config.docker()));
    this.workers = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("app-", 0).factory());
    this.fleet = new Fleet(store, workers, RandomGenerator.getDefault());
    this.health =
        new FleetHealth(
            fleet, engine, () -> config.interval(), () -> Optional.ofNullable(configProblem));
    this.wakes = new Wakes(fleet, engine, metrics, config);
    this.notifications =
        new Notifications(
            new Outbox(config.state(), LOG::warn),
            app -> store.records(app, 20),
            new NotifySignals(metrics, redactor),
            redactor::redact);
    this.notices = new Notices(notifications);
    this.signals = new AgentSignals(metrics, events, pulls, redactor, notices, wakes);
    this.registry =
        new OciRegistry(
            () -> AdapterSettings.registries(config),
            signals::registryAsked,
            System.getenv(),
            InstantSource.system(),
            System::nanoTime);
    this.assembly =
        new Assembly(
            engine,
            registry,
            store,
            BackupFiles.open(config.state(), redactor, LOG::warn),
            redactor,
            time,
            signals,
            workers,
            new Turns(
                () -> config.concurrency(),
                app -> Assembly.companions(config, app),
                store,
                time,
                fleet::look),
            wakes.watched());
    NotYet.warnings(config).forEach(LOG::warn);
    use(config);
  }

  private static AgentConfig first(WatchedConfig file) {
    return switch (file.look().orElseThrow()) {
      case ReadConfig.Valid valid -> valid.config();
      case ReadConfig.Invalid invalid -> throw new IllegalStateException(text(invalid.problems()));
    };
  }

  private static String text(List<ConfigProblem> problems) {
    return problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n"));
  }

  /** An app whose settings did not change keeps its turns. */
  private void use(AgentConfig next) {
    AgentConfig before = config;
    SortedMap<String, App> wanted = new TreeMap<>();
    for (AppConfig app : next.apps().values()) {
      App known = apps.get(app.name());
      boolean same =
          known != null
              && ConfigChange.sameSurroundings(before, next)
              && app.equals(before.apps().get(app.name()));
      wanted.put(app.name(), same ? known : assembly.app(next, app));
    }
    apps.keySet().stream().filter(name -> !wanted.containsKey(name)).forEach(signals::appGone);
    apps.clear();
    apps.putAll(wanted);
    config = next;
    notices.use(next);
    wakes.use(next);
    fleet.set(wanted, next.interval());
    shellsLeft.set(true);
  }

  @Override
  public void start() {
    SighupReload.install(() -> configDue = System.nanoTime());
    wakes.start();
    tick();
    manager.ready();
    ticker.every(TICK, this::tick);
  }

  @Override
  public boolean once() {
    return fleet.once();
  }

  private void tick() {
    if (System.nanoTime() - configDue >= 0) {
      configDue = System.nanoTime() + config.interval().toNanos();
      reload();
      if (shellsLeft.getAndSet(false)) {
        workers.execute(this::sweepLeftShells);
      }
    }
    fleet.tick();
    tellManager();
  }

  private void sweepLeftShells() {
    if (!fleet.sweepLeftShells(engine, signals)) {
      shellsLeft.set(true);
    }
  }

  /** What the watchdog hears is that looks are completed, and not that this thread lives. */
  private void tellManager() {
    if (!manager.listens()) {
      return;
    }
    boolean live = live();
    manager.status(live && configProblem == null ? StatusLine.of(fleet.all()) : detail());
    if (live) {
      manager.alive();
    }
  }

  /**
   * An invalid file is reported, and the one before stays in force; so do what only a start can
   * change.
   */
  private void reload() {
    switch (file.look().orElse(null)) {
      case null -> {}
      case ReadConfig.Invalid invalid -> complain(text(invalid.problems()));
      case ReadConfig.Valid valid -> {
        configProblem = null;
        if (ConfigChange.needsRestart(config, valid.config())) {
          LOG.warn(
              "agent.yaml: a change of state, docker or api counts from the next start of the agent");
        }
        LOG.info("agent.yaml was read anew");
        use(valid.config());
      }
    }
  }

  private void complain(String problem) {
    configProblem = problem;
    LOG.error(
        "agent.yaml is wrong, so the one before stays in force:\n" + redactor.redact(problem));
  }

  /**
   * Nothing begins any more, what waits is left for the next start, a swap that has begun is
   * finished.
   */
  void stop(@Observes(notifyObserver = Reception.IF_EXISTS) ShutdownEvent event) {
    ticker.close();
    manager.stopping("stopping; the apps run on");
    wakes.close();
    fleet.close();
    time.stop();
    if (!fleet.awaitIdle(STOP_LIMIT)) {
      LOG.warn("an attempt did not end in time; the next start carries it on");
    }
    workers.shutdownNow();
    notifications.close();
    engine.close();
    lock.close();
    manager.close();
  }

  @Produces
  @Singleton
  Apps apps() {
    return fleet;
  }

  @Override
  public boolean live() {
    return health.live();
  }

  @Override
  public boolean ready() {
    return health.ready();
  }

  @Override
  public String detail() {
    return health.detail();
  }

  @Override
  public Optional<Hook> hook(String name) {
    return wakes.hook(name);
  }

  @Override
  public @Nullable String listenHost() {
    AgentConfig.Listen listen = config.api().listen();
    return listen == null ? null : listen.host();
  }

  @Override
  public @Nullable Supplier<String> token() {
    return config.api().token();
  }
}
