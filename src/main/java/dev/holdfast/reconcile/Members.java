package dev.holdfast.reconcile;

import dev.holdfast.store.Store;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Which apps there are now, and the turns of those that there were. */
final class Members {
  private final Store store;
  private final Executor workers;
  private final RandomGenerator random;
  private final Shells shells;
  private final Map<String, AppTurn> turns = new ConcurrentHashMap<>();
  private final Map<String, AppMemory> memories = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<String, Member> members = new ConcurrentSkipListMap<>();

  Members(Store store, Executor workers, RandomGenerator random, Shells shells) {
    this.store = store;
    this.workers = workers;
    this.random = random;
    this.shells = shells;
  }

  /** As {@link Fleet#set} says. */
  synchronized void set(Map<String, App> apps, Duration interval) {
    SortedMap<String, App> wanted = new TreeMap<>(apps);
    members.forEach(
        (name, member) -> {
          if (!member.app().equals(wanted.get(name))) {
            member.turn().close();
            member.app().ports().gate().leave(name);
            members.remove(name);
          }
        });
    wanted.forEach((name, app) -> members.computeIfAbsent(name, key -> member(app, interval)));
  }

  private Member member(App app, Duration interval) {
    AppMemory memory =
        memories.computeIfAbsent(app.settings().app(), name -> new AppMemory(store, name));
    AppReconciler reconciler = new AppReconciler(app.settings(), app.ports(), memory, shells);
    // An app that was taken out and put back while its last attempt runs waits for it too.
    AppTurn turn =
        new AppTurn(reconciler, interval, workers, random, turns.get(app.settings().app()));
    turns.put(app.settings().app(), turn);
    return new Member(
        app,
        memory,
        turn,
        new Diffs(app.settings(), app.ports(), memory),
        new DataRequests(app, memory),
        new UsageMeter(app.ports().engine()::usage, workers));
  }

  @Nullable Member find(String app) {
    return members.get(app);
  }

  Member of(String app) {
    Member member = members.get(app);
    if (member == null) {
      throw new Apps.Refused(
          "there is no app " + app + "; agent.yaml has " + String.join(", ", members.keySet()));
    }
    return member;
  }

  Collection<Member> all() {
    return members.values();
  }

  Set<String> names() {
    return members.keySet();
  }

  /** Whether no attempt runs any more, also of an app that is not configured any more. */
  boolean awaitIdle(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    boolean idle = true;
    for (AppTurn turn : turns.values()) {
      idle &= turn.awaitIdle(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }
    return idle;
  }
}
