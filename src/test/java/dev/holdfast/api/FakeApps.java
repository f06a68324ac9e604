package dev.holdfast.api;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.MigrationAnswers;
import dev.holdfast.reconcile.Seat;
import dev.holdfast.reconcile.ShellEnd;
import dev.holdfast.reconcile.ShellWish;
import dev.holdfast.report.Change;
import dev.holdfast.store.Store.LogLine;
import dev.holdfast.store.Store.LogPage;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An agent's inside that keeps what it is told: apps with views, deployments with logs that grow,
 * and requests that change them.
 */
@Alternative
@Priority(1)
@ApplicationScoped
public class FakeApps implements Apps {
  private boolean away;
  private final Map<String, AppView> views = new TreeMap<>();
  private final Map<String, DeploymentRecord> records = new TreeMap<>();
  private final Map<String, List<LogLine>> logs = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> outputs = new ConcurrentHashMap<>();
  private final Map<String, Data> datas = new TreeMap<>();
  private final List<String> requests = new ArrayList<>();
  private boolean failing;

  public synchronized void clear() {
    views.clear();
    records.clear();
    logs.clear();
    outputs.clear();
    requests.clear();
    failing = false;
  }

  public synchronized void put(AppView view) {
    views.put(view.app(), view);
  }

  public synchronized void put(DeploymentRecord record) {
    records.put(record.deploymentId(), record);
  }

  public void log(String deployment, LogLine line) {
    logs.computeIfAbsent(
            deployment, id -> java.util.Collections.synchronizedList(new ArrayList<>()))
        .add(line);
  }

  public void output(String deployment, String file, String text) {
    outputs.computeIfAbsent(deployment, id -> new ConcurrentHashMap<>()).put(file, text);
  }

  /** From now on each question ends with an exception whose text holds a secret. */
  public synchronized void fail() {
    failing = true;
  }

  /** What was asked to be done, such as {@code hold shop by root: reason}. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  @Override
  public synchronized List<AppView> all() {
    if (failing) {
      throw new IllegalStateException("password=hunter2");
    }
    return List.copyOf(views.values());
  }

  @Override
  public synchronized Optional<AppView> find(String app) {
    return Optional.ofNullable(views.get(app));
  }

  @Override
  public synchronized Diff diff(String app) {
    AppView view = views.get(app);
    boolean changes = view.phase() != Phase.Synced;
    String to = view.desired() == null ? null : view.desired().release();
    List<Diff.Step> steps =
        changes
            ? List.of(
                new Diff.Step(
                    "pull", null, "ghcr.io/acme/api:1.4.3@sha256:8a1f", "new image of api"),
                new Diff.Step("migrate", "api", "npx prisma migrate deploy", "the release is new"),
                new Diff.Step(
                    "update", "api", "replace shop-api-1 (recreate)", "image 1.4.2 -> 1.4.3"))
            : List.of();
    boolean held = view.phase() == Phase.Held;
    return new Diff(app, to, view.release(), changes, held, steps, List.of(), List.of());
  }

  @Override
  public synchronized void sync(String app) {
    requests.add("sync " + app);
  }

  @Override
  public synchronized void syncNow(String app, String reason, String by) {
    requests.add("sync " + app + " now by " + by + ": " + reason);
  }

  @Override
  public synchronized void approve(String app, @Nullable String release, String by) {
    refuseOther(app, release);
    requests.add("approve " + app + " " + release + " by " + by);
    change(app, Views.phase(Phase.Progressing, null));
  }

  @Override
  public synchronized void reject(
      String app, @Nullable String release, @Nullable String reason, String by) {
    refuseOther(app, release);
    requests.add("reject " + app + " " + release + " by " + by + ": " + reason);
  }

  private void refuseOther(String app, @Nullable String release) {
    AppView.Approval waits = views.get(app).approval();
    if (waits == null || (release != null && !release.equals(waits.release()))) {
      throw new Refused("release " + release + " does not wait for approval");
    }
  }

  @Override
  public synchronized void hold(String app, @Nullable String reason, String by) {
    requests.add("hold " + app + " by " + by + ": " + reason);
    change(app, Views.held(new Memory.Hold(reason, by, Views.NOON)));
  }

  @Override
  public synchronized void resume(String app, String by) {
    requests.add("resume " + app + " by " + by);
    change(app, Views.phase(Phase.Synced, null));
  }

  @Override
  public synchronized void retry(String app, String by) {
    requests.add("retry " + app + " by " + by);
    change(app, Views.phase(Phase.Progressing, null));
  }

  @Override
  public synchronized void rollback(String app, @Nullable String release, String by) {
    if (release != null && release.startsWith("dead")) {
      throw new Refused(
          "release "
              + release
              + " is not kept; `holdfast history "
              + app
              + "` shows those that are");
    }
    requests.add("rollback " + app + " to " + release + " by " + by);
  }

  @Override
  public synchronized List<DeploymentRecord> deployments(@Nullable String app, int limit) {
    return records.values().stream()
        .filter(record -> app == null || record.app().equals(app))
        .sorted((a, b) -> b.timestamp().compareTo(a.timestamp()))
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized List<Change> changes(Instant since) {
    return records.values().stream()
        .filter(record -> !record.timestamp().isBefore(since))
        .map(Change::of)
        .filter(java.util.Objects::nonNull)
        .toList();
  }

  @Override
  public synchronized Optional<DeploymentRecord> deployment(String id) {
    return Optional.ofNullable(records.get(id));
  }

  @Override
  public LogPage log(String deployment, long offset) {
    List<LogLine> all = logs.getOrDefault(deployment, List.of());
    List<LogLine> page =
        List.copyOf(all).subList((int) offset, Math.min(all.size(), (int) offset + 2));
    return new LogPage(page, offset + page.size());
  }

  @Override
  public Optional<String> output(String deployment, String file) {
    return Optional.ofNullable(outputs.getOrDefault(deployment, Map.of()).get(file));
  }

  @Override
  public List<LogLine> logTail(String deployment, int maxBytes) {
    return List.copyOf(logs.getOrDefault(deployment, List.of()));
  }

  @Override
  public Optional<String> outputTail(String deployment, String file, int maxBytes) {
    return output(deployment, file)
        .map(text -> text.substring(Math.max(0, text.length() - maxBytes)));
  }

  @Override
  public synchronized Data data(String app) {
    return datas.getOrDefault(app, new Data(null, List.of(), null, Set.of()));
  }

  /** From now on the engine does not answer, or does again. */
  public synchronized void away(boolean isAway) {
    away = isAway;
  }

  public synchronized void data(String app, Data data) {
    datas.put(app, data);
  }

  @Override
  public synchronized void backup(String app, @Nullable String name, String by) {
    requests.add("backup " + app + " " + name + " by " + by);
  }

  @Override
  public synchronized void restore(String app, Wish wish, String by) {
    requests.add("restore " + app + " " + wish + " by " + by);
  }

  /**
   * What is typed comes back, until its end; then the number of its lines. The service {@code slow}
   * takes its time to show a window and to end.
   */
  @Override
  public ShellEnd shell(String app, ShellWish wish, Seat seat, String by) {
    if (wish.service().equals("missing")) {
      throw new Refused("there is no such service");
    }
    synchronized (this) {
      requests.add("shell " + app + " " + wish + " by " + by);
    }
    seat.say("a fake");
    boolean slow = wish.service().equals("slow");
    seat.begun(
        (rows, columns) -> {
          pause(slow ? 20 : 0);
          synchronized (this) {
            requests.add("window " + rows + " " + columns);
          }
        });
    int lines = 0;
    try {
      for (int c = seat.input().read(); c >= 0; c = seat.input().read()) {
        (c == '!' ? seat.errors() : seat.output()).write(c);
        lines += c == '\n' ? 1 : 0;
      }
    } catch (IOException e) {
      boolean _ = Thread.interrupted();
      pause(slow ? 3_000 : 0);
      synchronized (this) {
        requests.add("shell of " + by + " cut off");
      }
      return new ShellEnd(null, "cut off");
    }
    return new ShellEnd(lines, null);
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public synchronized MigrationAnswers migrations(String app, boolean pull, String by) {
    if (away) {
      throw new Away("the engine is away", new IllegalStateException());
    }
    if (pull) {
      pause(6_000);
    }
    requests.add("migrations " + app + " " + pull + " by " + by);
    List<String> migrate = List.of("npx", "prisma", "migrate", "deploy");
    List<String> status = List.of("npx", "prisma", "migrate", "status");
    return new MigrationAnswers(
        app,
        Views.NEW,
        "release " + Views.NEW,
        List.of(
            new MigrationAnswers.Answer(
                "api", migrate, status, 1, null, List.of("1 to apply"), true, null),
            new MigrationAnswers.Answer("web", migrate, null, null, null, List.of(), false, status),
            new MigrationAnswers.Answer(
                "old", migrate, status, null, "not there", List.of(), false, null)));
  }

  @Override
  public synchronized Map<String, Taken> usage(String app) {
    Map<String, Taken> taken = new TreeMap<>();
    views.get(app).services().stream()
        .flatMap(service -> service.containers().stream())
        .forEach(container -> taken.put(container.id(), new Taken(0.034, 88L << 20)));
    return taken;
  }

  public synchronized void change(String app, UnaryOperator<AppView> change) {
    views.computeIfPresent(app, (name, view) -> change.apply(view));
  }

  static Instant at(int minute) {
    return Views.NOON.plusSeconds(60L * minute);
  }
}
