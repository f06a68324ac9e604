package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Memory.Hold;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All apps of the server, each with its own turns: what holds up one holds up no other. */
public final class Fleet implements Apps {
  private static final int OUTPUT_BYTES = 1 << 20;

  private final Store store;
  private final Executor workers;
  private final RandomGenerator random;
  private final Map<String, AppTurn> turns = new ConcurrentHashMap<>();
  private final Map<String, AppMemory> memories = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<String, Member> members = new ConcurrentSkipListMap<>();

  public Fleet(Store store, Executor workers, RandomGenerator random) {
    this.store = store;
    this.workers = workers;
    this.random = random;
  }

  /** An app with all that is needed for its attempts. */
  public record App(AppSettings settings, AppPorts ports) {}

  private record Member(App app, AppMemory memory, AppTurn turn, Diffs diffs, UsageMeter usage) {
    AppReconciler reconciler() {
      return turn.reconciler();
    }
  }

  /**
   * The apps from now on. One that is new or changed begins with a look; one that is gone is left
   * as it runs.
   */
  public synchronized void set(Map<String, App> apps, Duration interval) {
    SortedMap<String, App> wanted = new TreeMap<>(apps);
    members.forEach(
        (name, member) -> {
          if (!member.app().equals(wanted.get(name))) {
            member.turn().close();
            members.remove(name);
          }
        });
    wanted.forEach((name, app) -> members.computeIfAbsent(name, key -> member(app, interval)));
  }

  private Member member(App app, Duration interval) {
    AppMemory memory =
        memories.computeIfAbsent(app.settings().app(), name -> new AppMemory(store, name));
    AppReconciler reconciler = new AppReconciler(app.settings(), app.ports(), memory);
    // An app that was taken out and put back while its last attempt runs waits for it too.
    AppTurn turn =
        new AppTurn(reconciler, interval, workers, random, turns.get(app.settings().app()));
    turns.put(app.settings().app(), turn);
    return new Member(
        app,
        memory,
        turn,
        new Diffs(app.settings(), app.ports(), memory),
        new UsageMeter(app.ports().engine()::usage, workers));
  }

  /**
   * Looks at an app before its time; where there is none of that name, nothing happens.
   *
   * @return whether this brought a look that nothing else had asked for
   */
  public boolean wake(String app, Wake cause) {
    Member member = members.get(app);
    return member != null && member.turn().wake(cause);
  }

  /** Begins the attempts that are due. */
  public void tick() {
    members.values().forEach(member -> member.turn().tick());
  }

  /**
   * Whether an attempt of an app that is not configured any more, or of one that is, still runs.
   */
  public boolean awaitIdle(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    boolean idle = true;
    for (AppTurn turn : turns.values()) {
      idle &= turn.awaitIdle(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return idle;
  }

  /** One app after the other, to its end; whether each is at its desired release. */
  public boolean once() {
    boolean all = true;
    for (Member member : members.values()) {
      all &= once(member.reconciler());
    }
    return all;
  }

  private static boolean once(AppReconciler reconciler) {
    AppReconciler.Result result = reconciler.attempt();
    for (int i = 0; i < 10 && result.again(); i++) {
      result = reconciler.attempt();
    }
    AppView view = reconciler.view();
    AppView.Named desired = view.desired();
    return view.phase() == AppView.Phase.Synced
        && desired != null
        && java.util.Objects.equals(desired.release(), view.release());
  }

  /** Apps of which nothing has been heard for too long, with how long that is. */
  public Map<String, Duration> silent(Duration idleLimit, Duration busyLimit) {
    SortedMap<String, Duration> silent = new TreeMap<>();
    members.forEach(
        (name, member) -> {
          Duration silence = member.turn().silence();
          Duration limit = member.turn().running() ? busyLimit : idleLimit;
          if (silence.compareTo(limit) > 0) {
            silent.put(name, silence);
          }
        });
    return silent;
  }

  /** Apps whose first look is still to come. */
  public List<String> notLookedAt() {
    return members.entrySet().stream()
        .filter(e -> !e.getValue().turn().everCompleted())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public List<AppView> all() {
    return members.values().stream().map(member -> member.reconciler().view()).toList();
  }

  @Override
  public Optional<AppView> find(String app) {
    return Optional.ofNullable(members.get(app)).map(member -> member.reconciler().view());
  }

  private Member member(String app) {
    Member member = members.get(app);
    if (member == null) {
      throw new Refused(
          "there is no app " + app + "; agent.yaml has " + String.join(", ", members.keySet()));
    }
    return member;
  }

  @Override
  public Diff diff(String app) {
    return member(app).diffs().now();
  }

  @Override
  public void sync(String app) {
    member(app).turn().ask();
  }

  @Override
  public void hold(String app, @Nullable String reason, String by) {
    Member member = member(app);
    Hold hold = new Hold(reason, by, member.app().ports().time().now());
    member.memory().change(memory -> memory.withHold(hold));
    member.turn().ask();
  }

  @Override
  public void resume(String app, String by) {
    Member member = member(app);
    member.memory().change(memory -> memory.withHold(null).withPinned(null));
    member.app().ports().signals().note(app, "resumed by " + by);
    member.turn().ask();
  }

  @Override
  public void retry(String app, String by) {
    Member member = member(app);
    member
        .memory()
        .change(
            memory -> {
              Memory released = memory;
              for (String release : memory.quarantined().keySet()) {
                released = released.release(release);
              }
              return released;
            });
    member.app().ports().signals().note(app, "quarantine lifted by " + by);
    member.turn().ask();
  }

  @Override
  public void rollback(String app, @Nullable String release, String by) {
    Member member = member(app);
    List<String> releases = newestFirst(app, member.memory().read());
    String target = release == null ? before(releases) : kept(releases, release);
    if (store.release(app, target).isEmpty()) {
      throw new Refused(
          "release " + target + " is not kept any more; deploy it by its version file instead");
    }
    refuseOverSchema(since(releases, target), app);
    Hold hold = new Hold("rolled back to " + target, by, member.app().ports().time().now());
    member.memory().change(memory -> memory.release(target).withPinned(target).withHold(hold));
    member.turn().ask();
  }

  private static String before(List<String> newestFirst) {
    if (newestFirst.size() < 2) {
      throw new Refused("there is no release before the present one to roll back to");
    }
    return newestFirst.get(1);
  }

  private static String kept(List<String> releases, String release) {
    if (!releases.contains(release)) {
      throw new Refused(
          "release " + release + " is not kept; kept are " + String.join(", ", releases));
    }
    return release;
  }

  /**
   * A person gets no rollback either over a schema that a release on the way says does not allow
   * it.
   */
  private void refuseOverSchema(List<String> undone, String app) {
    for (String id : undone) {
      boolean changes =
          store.release(app, id).stream()
              .flatMap(release -> release.rollout().migrations().stream())
              .anyMatch(migration -> !(migration.onRollback() instanceof OnRollback.Keep));
      if (changes) {
        throw new Refused(
            "release "
                + id
                + " says that its migration does not leave a schema for the release before it (on-rollback is not keep);"
                + " undo the migration and deploy the older version by its version file");
      }
    }
  }

  /** What has been or is being brought in since the target, newest first. */
  private static List<String> since(List<String> newestFirst, String target) {
    return newestFirst.stream().takeWhile(id -> !id.equals(target)).toList();
  }

  /**
   * The release in flight, which a rollback is meant to undo as well, and those that were
   * confirmed.
   */
  private List<String> newestFirst(String app, Memory memory) {
    List<String> releases = new ArrayList<>();
    Optional.ofNullable(memory.deployment())
        .flatMap(id -> store.record(app, id))
        .filter(
            record -> record.kind() == DeploymentRecord.Kind.DEPLOY && !Settlement.isOver(record))
        .ifPresent(record -> releases.add(record.release()));
    memory.confirmed().stream()
        .map(Memory.Confirmed::release)
        .filter(id -> !releases.contains(id))
        .forEach(releases::add);
    return releases;
  }

  @Override
  public List<DeploymentRecord> deployments(@Nullable String app, int limit) {
    if (app != null) {
      return store.records(member(app).app().settings().app(), limit);
    }
    List<DeploymentRecord> all = new ArrayList<>();
    members.keySet().forEach(name -> all.addAll(store.records(name, limit)));
    return all.stream()
        .sorted(
            Comparator.comparing(DeploymentRecord::timestamp)
                .thenComparing(DeploymentRecord::deploymentId)
                .reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public Optional<DeploymentRecord> deployment(String id) {
    for (String app : members.keySet()) {
      Optional<DeploymentRecord> record = store.record(app, id);
      if (record.isPresent()) {
        return record;
      }
    }
    return Optional.empty();
  }

  @Override
  public Store.LogPage log(String deployment, long offset) {
    return deployment(deployment)
        .map(record -> store.readLog(record.app(), deployment, offset))
        .orElseGet(() -> new Store.LogPage(List.of(), offset));
  }

  @Override
  public Optional<String> output(String deployment, String file) {
    return deployment(deployment)
        .flatMap(record -> store.readOutput(record.app(), deployment, file, OUTPUT_BYTES));
  }

  @Override
  public List<Store.LogLine> logTail(String deployment, int maxBytes) {
    return deployment(deployment)
        .map(record -> store.logTail(record.app(), deployment, maxBytes))
        .orElse(List.of());
  }

  @Override
  public Optional<String> outputTail(String deployment, String file, int maxBytes) {
    return deployment(deployment)
        .flatMap(record -> store.readOutput(record.app(), deployment, file, maxBytes));
  }

  @Override
  public Map<String, Taken> usage(String app) {
    Member member = member(app);
    List<String> ids =
        member.reconciler().view().services().stream()
            .flatMap(service -> service.containers().stream())
            .filter(container -> container.state().equals("running"))
            .map(AppView.ContainerView::id)
            .toList();
    return member.usage().of(ids);
  }

  /** No attempt begins any more. */
  public void close() {
    members.values().forEach(member -> member.turn().close());
  }
}
