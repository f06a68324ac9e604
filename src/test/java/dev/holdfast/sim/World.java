package dev.holdfast.sim;

import dev.holdfast.backup.Retention;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DesiredState.ReleaseName;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Verification;
import dev.holdfast.reconcile.App;
import dev.holdfast.reconcile.AppMemory;
import dev.holdfast.reconcile.AppPorts;
import dev.holdfast.reconcile.AppReconciler;
import dev.holdfast.reconcile.AppSettings;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Definition;
import dev.holdfast.reconcile.Fleet;
import dev.holdfast.reconcile.RolloutGate;
import dev.holdfast.reconcile.Signals;
import dev.holdfast.registry.Registry;
import dev.holdfast.rollout.Rules;
import dev.holdfast.store.InMemoryBackups;
import dev.holdfast.store.InMemoryStore;
import dev.holdfast.store.Redactor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One server with its agent, its engine and its disk. The agent can die at any engine call and any
 * durable write, and is started anew with nothing but what the engine and the disk hold.
 */
final class World implements FakeEngine.Events, Definition, Registry, Signals {
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final int ENOUGH = 120;

  final FakeTime time = new FakeTime();
  final FakeEngine engine = new FakeEngine(time, this);
  final InMemoryStore store = new InMemoryStore();
  final InMemoryBackups backups = new InMemoryBackups();
  final List<String> violations = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  private final Set<DeploymentRecord.StepRecord> told = new HashSet<>();
  final Random random;
  final Account account;
  final List<Release> confirmable = new ArrayList<>();
  private final List<Happening> happenings = new ArrayList<>();
  private final List<Death> deaths = new ArrayList<>();
  private final Restored restored = new Restored(this);
  private boolean died;
  private boolean happening;
  boolean disturbed;
  boolean stateLost;

  /** Whether Prometheus was away since the last release was asked for. */
  boolean unheard;

  /** Whether the agent's state was lost for this release: it cannot know which migrations ran. */
  boolean forgotten;

  private int cameAbout;

  private @Nullable Release wanted;
  private boolean sourceAway;
  private int faults;
  final Redactor redactor = new Redactor();
  private final RolloutGate gate = new Gate();
  private int occupied;
  private int occupiedHalfway;
  private boolean standsInRow;
  private Rules rules = Rules.NONE;
  private AppReconciler agent;
  private Runnable onTurn = () -> {};
  private Consumer<FakeContainer> onMigration = container -> {};
  private Runnable onRestore = () -> {};
  private Runnable onSave = () -> {};
  private @Nullable String turned;
  private long turnedAt;
  private int deathsGoingBack;
  private int commits;

  World(Random random) {
    this(random, new Account());
  }

  World(Random random, Account account) {
    this.random = random;
    this.account = account;
    time.onTick(this::tick);
    store.beforeWrite(what -> event("write " + what, false));
    store.afterWrite(this::written);
    backups.hooks(what -> event("write " + what, false), this::written);
    this.agent = newAgent();
  }

  private AppReconciler newAgent() {
    return new AppReconciler(settings(), ports(), new AppMemory(store, Scenario.APP));
  }

  /** What agent.yaml says from now on. */
  void rules(Rules now) {
    rules = now;
    agent = newAgent();
  }

  private AppSettings settings() {
    return new AppSettings(
        Scenario.APP,
        "test",
        "vps",
        "git://test",
        INTERVAL,
        Path.of("/srv/shop"),
        Path.of("/srv/shop"),
        List.of("compose.yaml"),
        List.of(),
        3,
        Duration.ofDays(365),
        new Retention(5, Duration.ofDays(30)),
        Set.of(),
        rules);
  }

  private AppPorts ports() {
    return new AppPorts(
        this,
        engine,
        this,
        new FakeProber(engine, time),
        store,
        backups,
        redactor,
        time,
        this,
        Runnable::run,
        gate);
  }

  /** From now on, so many times that the app asks, it is another's turn. */
  void occupied(int times) {
    occupied = times;
  }

  /** The same where the app asks for what it has begun. */
  void occupiedHalfway(int times) {
    occupiedHalfway = times;
  }

  boolean standsInRow() {
    return standsInRow;
  }

  /** Others are rolled out. */
  private final class Gate implements RolloutGate {
    @Override
    public Turn ask(String app, Claim claim) {
      boolean begun = claim == Claim.BEGUN;
      if ((begun ? occupiedHalfway : occupied) == 0) {
        return new Turn.Granted(() -> {});
      }
      standsInRow = true;
      if (begun) {
        occupiedHalfway--;
        account.met(Situation.HALFWAY_AND_NOT_ITS_TURN);
      } else {
        occupied--;
      }
      return new Turn.Later("it waits for its turn: others");
    }

    @Override
    public void leave(String app) {
      standsInRow = false;
    }
  }

  void want(Release release) {
    wanted = release;
    unheard = engine.prometheus.away;
    engine.prometheus.inVain = false;
  }

  void sourceAway(boolean away) {
    sourceAway = away;
  }

  /** From now on this many engine calls, drawn at random, are answered wrongly. */
  void faults(int count) {
    faults = count;
  }

  private record Death(int event, boolean after) {}

  /**
   * Comes about at the first engine call from an event on, or the first moment of waiting from an
   * instant on.
   */
  private record Happening(int event, Instant at, Runnable what) {}

  /** The agent dies at this event, counted from now on: before it takes effect, or after. */
  void crashAt(int event, boolean after) {
    deaths.add(new Death(events.size() + event, after));
  }

  /** Whichever comes first of so many events and so much time from now on. */
  void happens(int event, Duration in, Runnable what) {
    happenings.add(new Happening(events.size() + event, time.now().plus(in), what));
  }

  /** Nothing that was planned comes about any more. */
  void calm() {
    happenings.clear();
    onTurn = () -> {};
    deaths.clear();
    faults = 0;
    occupied = 0;
    occupiedHalfway = 0;
    sourceAway = false;
    engine.setDown(false);
    engine.networkBroken = false;
    engine.prometheus.away = false;
    engine.unpullable.clear();
    engine.data.isWell();
  }

  @Override
  public int cameAbout() {
    return cameAbout;
  }

  private void tick() {
    engine.live();
    comeAbout();
  }

  private void comeAbout() {
    if (happening) {
      return;
    }
    happening = true;
    try {
      for (Happening next : List.copyOf(happenings)) {
        if (events.size() >= next.event() || !time.now().isBefore(next.at())) {
          happenings.remove(next);
          events.add("-- " + next.what());
          cameAbout++;
          next.what().run();
        }
      }
    } finally {
      happening = false;
    }
  }

  /** As a person at the command line: the same code as behind it. */
  Fleet people() {
    Fleet fleet = new Fleet(store, attempt -> {}, random);
    fleet.set(Map.of(Scenario.APP, new App(settings(), ports())), INTERVAL);
    return fleet;
  }

  /** A person asks, and asks again where the agent died before it had answered. */
  void ask(Consumer<Fleet> what) {
    while (true) {
      try {
        what.accept(people());
        return;
      } catch (Crash e) {
        agent = newAgent();
      }
    }
  }

  /** Time goes by between two looks. */
  void later(Duration time) {
    try {
      this.time.sleep(time);
    } catch (Crash e) {
      agent = newAgent();
    }
  }

  /**
   * Looks until the app has settled; an agent that died is started again. The look that ends a
   * deployment corrects no drift yet, so where something is not in place there is one more.
   */
  AppReconciler.Result settle() {
    int settled = 0;
    for (int i = 0; i < ENOUGH; i++) {
      AppReconciler.Result result = attempt();
      settled = result != null && result.settled() && !result.again() ? settled + 1 : 0;
      if (result != null && (settled == 2 || (settled == 1 && inPlace()))) {
        return result;
      }
      if (result == null || !result.again()) {
        pause();
      }
    }
    violations.add("did not settle within " + ENOUGH + " looks; the last view: " + agent.view());
    return new AppReconciler.Result(AppView.Phase.Unknown, "never settled", false, false);
  }

  private boolean inPlace() {
    Release good = release(store.memory(Scenario.APP).lastGood());
    try {
      return good == null || Verification.of(good, engine.truth(good)).isEmpty();
    } catch (EngineException e) {
      return true;
    }
  }

  private void pause() {
    later(Duration.ofSeconds(5));
  }

  private AppReconciler.@Nullable Result attempt() {
    try {
      return agent.attempt();
    } catch (Crash e) {
      agent = newAgent();
      return null;
    }
  }

  /** One attempt, and the pause after it. */
  void lookOnce() {
    attempt();
    pause();
  }

  AppView view() {
    return agent.view();
  }

  Optional<DeploymentRecord> lastRecord() {
    return store.records(Scenario.APP, 1).stream().findFirst();
  }

  private void event(String what, boolean after) {
    if (!after) {
      events.add(what);
    }
    Death death = new Death(events.size() - 1, after);
    if (deaths.remove(death)) {
      dies();
      throw new Crash((after ? "after " : "before ") + what);
    }
  }

  private void dies() {
    died = true;
    restored.dies(events.isEmpty() ? "" : events.getLast());
    Moments.Stand stand = stand();
    if (stand.back()) {
      account.met(
          deathsGoingBack++ == 0 ? Situation.DEATH_GOING_BACK : Situation.SECOND_DEATH_GOING_BACK);
    } else if (stand.other() != null) {
      account.met(Situation.DEATH_GOING_FORWARD);
      if (Canaries.isWatched(stand, engine)) {
        account.met(Situation.CANARY_WHOSE_AGENT_DIED);
      }
    }
  }

  /** As kill -9 does it, at this moment. */
  void kill() {
    dies();
    throw new Crash("killed");
  }

  /** From now on this is done when a migration begins. */
  void onMigration(Consumer<FakeContainer> what) {
    onMigration = what;
  }

  /** From now on this is done when data is about to be replaced. */
  void onRestore(Runnable what) {
    onRestore = what;
  }

  @Override
  public void migrating(FakeContainer container) {
    onMigration.accept(container);
    DeploymentRecord record = inFlight(store.memory(Scenario.APP));
    Release release = record == null ? null : release(record.release());
    if (release != null) {
      restored.migrating(record, release);
    }
  }

  /** From now on this is done when data is read. */
  void onSave(Runnable what) {
    onSave = what;
  }

  @Override
  public void saving() {
    onSave.run();
  }

  @Override
  public void restoring() {
    onRestore.run();
  }

  /** Another commit, which may or may not change what is wanted. */
  void commit() {
    commits++;
  }

  @Override
  public FakeEngine.Fault call(String what) {
    event(what, false);
    comeAbout();
    if (faults > 0 && random.nextInt(6) == 0) {
      faults--;
      if (goesBack()) {
        account.met(Situation.ANSWER_LOST_GOING_BACK);
      }
      return random.nextBoolean() ? FakeEngine.Fault.LOST_BEFORE : FakeEngine.Fault.LOST_AFTER;
    }
    return FakeEngine.Fault.NONE;
  }

  @Override
  public void done(String what) {
    event(what, true);
  }

  @Override
  public void removing(FakeContainer container) {
    Memory memory = store.memory(Scenario.APP);
    DeploymentRecord record = inFlight(memory);
    if (record != null
        && record.before().stream().anyMatch(before -> before.id().equals(container.id))) {
      violations.add("1: " + container.name + " was removed while a rollback could need it");
    }
    if (record == null && memory.unresolved() != null && !container.migration) {
      violations.add("1: " + container.name + " was removed, and a rollback that failed left it");
    }
  }

  /** What docker compose started and is as the release has it runs on, under its own name. */
  @Override
  public void settingAside(FakeContainer container) {
    Memory memory = store.memory(Scenario.APP);
    DeploymentRecord record =
        memory.deployment() == null
            ? null
            : store.record(Scenario.APP, memory.deployment()).orElse(null);
    if (disturbed
        || !container.ofCompose()
        || record == null
        || record.direction() != DeploymentRecord.Direction.FORWARD) {
      return;
    }
    Release.Service service =
        store
            .release(Scenario.APP, record.release())
            .map(release -> release.services().get(container.labels.get(Labels.COMPOSE_SERVICE)))
            .orElse(null);
    if (service != null
        && service.spec().updates().replicas() > 0
        && service.configHash().equals(container.made)) {
      violations.add(container.name + " of docker compose was as it should be, and is replaced");
    }
  }

  @Override
  public Moments.Stand stand() {
    Memory memory = store.memory(Scenario.APP);
    DeploymentRecord record = inFlight(memory);
    if (record == null) {
      return new Moments.Stand(release(memory.lastGood()), null, false, List.of(), disturbed);
    }
    List<String> ran =
        record.before().stream()
            .filter(DeploymentRecord.Replaced::healthy)
            .map(DeploymentRecord.Replaced::service)
            .toList();
    Release wanted = release(record.release());
    Release previous = release(record.previousRelease());
    return record.direction() == DeploymentRecord.Direction.BACK
        ? new Moments.Stand(
            previous, wanted, true, ran, disturbed, restored.stopped(record, wanted, previous))
        : new Moments.Stand(wanted, previous, false, ran, disturbed);
  }

  @Override
  public void starting(FakeContainer container) {
    DeploymentRecord record = inFlight(store.memory(Scenario.APP));
    if (record != null) {
      restored.starting(
          container, record, release(record.release()), release(record.previousRelease()));
    }
  }

  /** The agent turned back: what is to happen then is planned from here. */
  private void written(String what) {
    restored.written(what);
    DeploymentRecord record = inFlight(store.memory(Scenario.APP));
    boolean back = record != null && record.direction() == DeploymentRecord.Direction.BACK;
    if (back && !record.deploymentId().equals(turned)) {
      turned = record.deploymentId();
      turnedAt = engine.starts;
      deathsGoingBack = 0;
      onTurn.run();
    }
    event("write " + what, true);
  }

  boolean goesBack() {
    return stand().back();
  }

  boolean isCalm() {
    return deaths.isEmpty();
  }

  /** From now on this is done whenever a deployment turns back. */
  void onTurn(Runnable what) {
    onTurn = what;
  }

  private @Nullable DeploymentRecord inFlight(Memory memory) {
    return memory.deployment() == null
        ? null
        : store
            .record(Scenario.APP, memory.deployment())
            .filter(record -> record.status() == Status.IN_PROGRESS)
            .orElse(null);
  }

  private @Nullable Release release(@Nullable String id) {
    return id == null ? null : store.release(Scenario.APP, id).orElse(null);
  }

  @Override
  public void violation(String what) {
    violations.add(what);
  }

  @Override
  public Look look() {
    if (sourceAway || wanted == null) {
      return new Look(
          null, null, null, "source", List.of("could not fetch: the git host is away"), List.of());
    }
    Target target =
        new Target(
            wanted,
            new ReleaseName("v", null),
            "0123456789ab%028x".formatted(commits),
            "refs/heads/main",
            null,
            List.of("compose.yaml"),
            new NoFiles());
    return new Look(target.revision(), target.ref(), target, null, List.of(), List.of());
  }

  private static final class NoFiles implements SourceTree {
    @Override
    public Optional<byte[]> file(String path) {
      return Optional.empty();
    }

    @Override
    public SortedMap<String, Tracked> under(String folder) {
      return new TreeMap<>();
    }
  }

  @Override
  public Digest resolve(ImageReference tagged) {
    throw new UnsupportedOperationException("releases of the simulation are resolved");
  }

  @Override
  public List<String> tags(ImageReference repository) {
    return List.of();
  }

  @Override
  public Optional<Credentials> credentials(String registry) {
    return Optional.empty();
  }

  @Override
  public void changed(AppView view) {
    if (view.reason() != null && view.reason().contains(Scenario.SECRET)) {
      violations.add("7: the view shows a secret: " + view.reason());
    }
    view.services().stream()
        .flatMap(service -> service.containers().stream())
        .filter(
            container -> container.name().contains("-old-") && container.state().equals("exited"))
        .forEach(
            aside ->
                violations.add(
                    "the view takes one that stepped aside for the service's own: " + aside));
  }

  @Override
  public void looked(AppView view, Duration took) {
    if (view.toString().contains(Scenario.SECRET)) {
      violations.add("7: the view shows a secret: " + view);
    }
  }

  @Override
  public void sourceRead(String app, Instant at) {}

  @Override
  public void problem(String app, String kind, String message) {
    if (kind.equals("internal")) {
      violations.add("12: " + message);
    }
  }

  @Override
  public void driftCorrected(String app, String what) {}

  @Override
  public void deploymentBegan(DeploymentRecord record) {}

  @Override
  public void stepEnded(String app, String deployment, DeploymentRecord.StepRecord step) {
    told.add(step);
  }

  /** Log and metrics live on what is told; only a death may keep a step from it. */
  @Override
  public void deploymentEnded(DeploymentRecord record) {
    store
        .release(Scenario.APP, record.release())
        .ifPresent(release -> account.ended(record, release, release(record.previousRelease())));
    switch (record.status()) {
      case SUCCEEDED -> {
        if (engine.prometheus.inVain) {
          account.met(Situation.CANARY_WITHOUT_PROMETHEUS);
        }
        Release release = store.release(Scenario.APP, record.release()).orElseThrow();
        Verification.of(release, engine.truth(release))
            .forEach(difference -> violations.add("5: confirmed, and " + difference));
      }
      case ROLLBACK_FAILED -> restored.isOwed(record, release(record.release()));
      case ROLLED_BACK -> {
        record.before().forEach(this::isBack);
        restored.hasItsRows(record, release(record.release()));
        Release release = release(record.release());
        if (!disturbed && release != null) {
          violations.addAll(
              new Transactions(engine)
                  .rolledBack(record, release, release(record.previousRelease()), turnedAt));
        }
      }
      case IN_PROGRESS, FAILED, DEGRADED, SUPERSEDED -> {}
    }
    if (!died) {
      record.steps().stream()
          .filter(step -> !told.contains(step))
          .forEach(step -> violations.add("ended untold: " + step));
    }
  }

  private void isBack(DeploymentRecord.Replaced before) {
    FakeContainer container = engine.containers.get(before.id());
    if (container == null) {
      if (!disturbed) {
        violations.add(
            "1: called rolled back, and the very container of " + before.service() + " is gone");
      }
      return;
    }
    boolean completed =
        container.behaviour.kind() == Behaviour.Kind.COMPLETES
            && Integer.valueOf(0).equals(container.exitCode);
    if (!container.active() && before.healthy() && !completed) {
      violations.add("5: called rolled back, and " + before.name() + " does not run");
    }
    if (disturbed) {
      return;
    }
    if (!container.name.equals(before.name()) || !container.restart.equals(before.restart())) {
      violations.add(
          "1: called rolled back, and "
              + before.name()
              + " is "
              + container.name
              + " "
              + container.restart);
    }
  }

  @Override
  public void defect(String app, RuntimeException defect) {
    violations.add("12: a defect: " + defect);
  }

  @Override
  public void note(String app, String message) {}
}
