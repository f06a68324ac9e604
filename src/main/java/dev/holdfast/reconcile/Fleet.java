package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.report.Change;
import dev.holdfast.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** All apps of the server, each with its own turns: what holds up one holds up no other. */
public final class Fleet implements Apps {
  private final Shells shells = new Shells();
  private final Members members;
  private final History history;
  private final LeftShells leftShells;
  private volatile boolean ticking;

  public Fleet(Store store, Executor workers, RandomGenerator random) {
    this.members = new Members(store, workers, random, shells);
    this.history = new History(store, members::names);
    this.leftShells = new LeftShells(store, shells);
  }

  /**
   * The apps from now on. One that is new or changed begins with a look; one that is gone is left
   * as it runs.
   */
  public void set(Map<String, App> apps, Duration interval) {
    members.set(apps, interval);
  }

  /**
   * Looks at an app before its time; where there is none of that name, nothing happens.
   *
   * @return whether this brought a look that nothing else had asked for
   */
  public boolean wake(String app, Wake cause) {
    Member member = members.find(app);
    return member != null && member.turn().wake(cause);
  }

  /** Begins the attempts that are due. */
  public void tick() {
    ticking = true;
    members.all().forEach(member -> member.turn().tick());
  }

  /**
   * Whether nothing of an app runs any more, also of one that is not configured any more: no
   * attempt and, once this is closed, no shell.
   */
  public boolean awaitIdle(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    boolean noShell = !shells.isClosed() || shells.awaitNone(limit);
    boolean noAttempt = members.awaitIdle(Duration.ofNanos(end - System.nanoTime()));
    return noShell && noAttempt;
  }

  /**
   * One app after the other, to its end, and those that had to wait for another again; whether each
   * is at its desired release.
   */
  public boolean once() {
    return OnePass.of(members.all().stream().map(Member::reconciler).toList());
  }

  /** Apps of which nothing has been heard for too long, with how long that is. */
  public Map<String, Duration> silent(Duration idleLimit, Duration busyLimit) {
    SortedMap<String, Duration> silent = new TreeMap<>();
    for (Member member : members.all()) {
      Duration silence = member.turn().silence();
      Duration limit = member.turn().running() ? busyLimit : idleLimit;
      if (silence.compareTo(limit) > 0) {
        silent.put(member.name(), silence);
      }
    }
    return silent;
  }

  /** Apps whose first look is still to come. */
  public List<String> notLookedAt() {
    return members.all().stream()
        .filter(member -> !member.turn().everCompleted())
        .map(Member::name)
        .toList();
  }

  @Override
  public List<AppView> all() {
    return members.all().stream().map(member -> member.reconciler().view()).toList();
  }

  @Override
  public Optional<AppView> find(String app) {
    return Optional.ofNullable(members.find(app)).map(member -> member.reconciler().view());
  }

  /** What a person asks for is noted, and then looked at. */
  private void ask(String app, Consumer<Member> noted) {
    Member member = members.of(app);
    noted.accept(member);
    member.turn().ask();
  }

  @Override
  public Diff diff(String app) {
    return members.of(app).diffs().now();
  }

  @Override
  public void sync(String app) {
    members.of(app).turn().ask();
  }

  /**
   * As {@link #sync} for one that may be gone. Before the first tick nothing begins: with {@code
   * --once} it would be cut off by the end of it.
   */
  public void look(String app) {
    Member member = members.find(app);
    if (ticking && member != null) {
      member.turn().ask();
    }
  }

  @Override
  public void syncNow(String app, String reason, String by) {
    ask(app, member -> member.orders().syncNow(reason, by));
  }

  @Override
  public void approve(String app, @Nullable String release, String by) {
    ask(app, member -> member.decisions().approve(release, by));
  }

  @Override
  public void reject(String app, @Nullable String release, @Nullable String reason, String by) {
    ask(app, member -> member.decisions().reject(release, reason, by));
  }

  @Override
  public void hold(String app, @Nullable String reason, String by) {
    ask(app, member -> member.orders().hold(reason, by));
  }

  @Override
  public void resume(String app, String by) {
    ask(app, member -> member.orders().resume(by));
  }

  @Override
  public void retry(String app, String by) {
    ask(app, member -> member.orders().retry(by));
  }

  @Override
  public void rollback(String app, @Nullable String release, String by) {
    ask(app, member -> member.orders().rollback(release, by));
  }

  @Override
  public Data data(String app) {
    return members.of(app).data().view();
  }

  @Override
  public void backup(String app, @Nullable String name, String by) {
    ask(app, member -> member.data().backup(name, by));
  }

  @Override
  public void restore(String app, Wish wish, String by) {
    ask(app, member -> shells.whileNoneIsOpen(app, () -> member.data().restore(wish, by)));
  }

  @Override
  public ShellEnd shell(String app, ShellWish wish, Seat seat, String by) {
    Member member = members.of(app);
    ShellRun shell =
        new ShellRun(member.app(), member.memory(), member.reconciler().lastLook(), seat, by);
    return shells.hold(
        app, wish, by, member.app().ports().time().now(), place -> shell.run(place, wish));
  }

  /**
   * Removes what nobody sits at any more of apps that are not in agent.yaml; {@code false}: it is
   * to be tried again.
   */
  public boolean sweepLeftShells(Engine engine, Signals signals) {
    return leftShells.sweep(members.names(), engine, signals);
  }

  @Override
  public MigrationAnswers migrations(String app, boolean pull, String by) {
    Member member = members.of(app);
    return new MigrationQuestions(
            member.app(), member.memory(), member.reconciler().lastLook(), shells, by)
        .ask(pull);
  }

  @Override
  public List<DeploymentRecord> deployments(@Nullable String app, int limit) {
    return history.deployments(app == null ? null : members.of(app).name(), limit);
  }

  @Override
  public List<Change> changes(Instant since) {
    return history.changes(since);
  }

  @Override
  public Optional<DeploymentRecord> deployment(String id) {
    return history.deployment(id);
  }

  @Override
  public Store.LogPage log(String deployment, long offset) {
    return history.log(deployment, offset);
  }

  @Override
  public Optional<String> output(String deployment, String file) {
    return history.output(deployment, file);
  }

  @Override
  public List<Store.LogLine> logTail(String deployment, int maxBytes) {
    return history.logTail(deployment, maxBytes);
  }

  @Override
  public Optional<String> outputTail(String deployment, String file, int maxBytes) {
    return history.outputTail(deployment, file, maxBytes);
  }

  @Override
  public Map<String, Taken> usage(String app) {
    return members.of(app).used();
  }

  /** No attempt begins any more, and nobody sits at a container any more. */
  public void close() {
    shells.close();
    members.all().forEach(member -> member.turn().close());
  }
}
