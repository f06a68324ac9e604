package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.store.Store;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One row for all apps:
 *
 * <ol>
 *   <li>Never two of a group.
 *   <li>What has begun goes before what has not: it may have left a migration running. So after a
 *       start, or where a rollout was left half-way, no other of its group begins first, and it
 *       waits for no place: half a rollout is worse than one too many.
 *   <li>A rollback that a person asked for waits for no place either; that one never more than
 *       {@code concurrency} roll out is for the server's load, and what runs is bad.
 *   <li>Else whoever asked first, whatever release it has become meanwhile. Who could go and does
 *       not come for it holds up nobody for longer than a few minutes.
 * </ol>
 */
public final class Turns implements RolloutGate {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private final IntSupplier most;
  private final Function<String, Set<String>> companions;
  private final Store store;
  private final Time time;
  private final Consumer<String> wake;

  /** When each last asked, in the order in which they first did. */
  private final Map<String, Long> row = new LinkedHashMap<>();

  private final Set<String> running = new TreeSet<>();

  /**
   * @param companions the other apps of an app's group
   * @param wake tells an app to ask again
   */
  public Turns(
      IntSupplier most,
      Function<String, Set<String>> companions,
      Store store,
      Time time,
      Consumer<String> wake) {
    this.most = most;
    this.companions = companions;
    this.store = store;
    this.time = time;
    this.wake = wake;
  }

  @Override
  public synchronized Turn ask(String app, Claim claim) {
    String why = standsInTheWay(app, claim);
    if (why != null) {
      row.put(app, time.ticks());
      return new Turn.Later(why);
    }
    row.remove(app);
    running.add(app);
    return new Turn.Granted(() -> done(app));
  }

  private @Nullable String standsInTheWay(String app, Claim claim) {
    Set<String> group = companions.apply(app);
    Optional<String> busy = running.stream().filter(group::contains).findFirst();
    if (busy.isPresent()) {
      return "it waits for its turn: " + busy.get() + " of the same group is being rolled out";
    }
    if (claim == Claim.BEGUN) {
      return null;
    }
    Optional<String> halfway = group.stream().filter(this::hasBegun).findFirst();
    if (halfway.isPresent()) {
      return "it waits for its turn: the rollout of "
          + halfway.get()
          + " of the same group has to be carried on first";
    }
    return claim == Claim.ROLLBACK ? null : noPlace(app, group);
  }

  private @Nullable String noPlace(String app, Set<String> group) {
    if (running.size() >= most.getAsInt()) {
      return "it waits for its turn: " + String.join(", ", running) + " being rolled out";
    }
    List<String> first = before(app);
    Optional<String> ahead = first.stream().filter(group::contains).findFirst();
    int free = most.getAsInt() - running.size();
    return ahead.isPresent() || first.size() >= free
        ? "it waits for its turn after " + ahead.orElseGet(first::getFirst)
        : null;
  }

  /** Those that asked earlier and could go now. */
  private List<String> before(String app) {
    long now = time.ticks();
    return row.entrySet().stream()
        .takeWhile(entry -> !entry.getKey().equals(app))
        .filter(entry -> now - entry.getValue() < PATIENCE.toNanos())
        .map(Map.Entry::getKey)
        .filter(other -> running.stream().noneMatch(companions.apply(other)::contains))
        .toList();
  }

  private boolean hasBegun(String app) {
    String deployment = store.memory(app).deployment();
    return deployment != null
        && store
            .record(app, deployment)
            .filter(r -> r.status() == DeploymentRecord.Status.IN_PROGRESS && !r.waits())
            .isPresent();
  }

  private void done(String app) {
    List<String> next;
    synchronized (this) {
      running.remove(app);
      next = List.copyOf(row.keySet());
    }
    next.forEach(wake);
  }

  @Override
  public synchronized void leave(String app) {
    row.remove(app);
  }
}
