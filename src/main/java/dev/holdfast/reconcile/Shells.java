package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The containers of this server that people sit at. A shell lives as long as this agent and its
 * person do: a container with the label of one that is not open here was left by an earlier life,
 * or could not be removed at its end, and goes at the app's next look. It holds up no deployment,
 * and none holds it up; only a restore and a shell keep out of each other's way: one that a person
 * asks for waits for who sits there, one of a rollback does not, see {@link RollbackSeats}.
 */
final class Shells {
  static final int MOST = 8;
  static final Duration ORPHANS_GRACE = Duration.ofSeconds(2);

  private final Map<String, Open> open = new ConcurrentHashMap<>();
  private boolean closed;

  /** Its id, and why somebody else ends it; null while nobody does. */
  static final class Place {
    private final String id;
    private volatile @Nullable String ended;

    private Place(String id) {
      this.id = id;
    }

    String id() {
      return id;
    }

    @Nullable String ended() {
      return ended;
    }
  }

  private record Open(
      Place place, String app, String service, String by, Instant since, Thread thread) {
    AppView.ShellView view(String id) {
      return new AppView.ShellView(id, service, by, since);
    }

    String shown() {
      return by + " in " + service + " of " + app + " since " + since;
    }
  }

  /**
   * Lets a shell take its place among those that are open, for as long as it lasts, on the caller's
   * thread.
   *
   * @param shell given its place
   */
  ShellEnd hold(
      String app, ShellWish wish, String by, Instant now, Function<Place, ShellEnd> shell) {
    Place place = new Place(id(now));
    enter(new Open(place, app, wish.service(), by, now, Thread.currentThread()));
    try {
      return shell.apply(place);
    } finally {
      leave(place.id());
    }
  }

  private static String id(Instant now) {
    return Begin.stamp(now) + "-" + "%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24));
  }

  private synchronized void enter(Open shell) {
    if (closed) {
      throw new Apps.Refused("the agent stops; try again once it is back");
    }
    if (open.size() >= MOST) {
      throw new Apps.Refused(
          MOST + " shells are open already, and there may be no more; end one: " + shown(open));
    }
    open.put(shell.place().id(), shell);
  }

  private synchronized void leave(String id) {
    open.remove(id);
    notifyAll();
  }

  private static String shown(Map<String, Open> shells) {
    return shells.values().stream()
        .sorted(Comparator.comparing(Open::since))
        .map(Open::shown)
        .collect(Collectors.joining("; "));
  }

  /**
   * What is written over data must not have somebody else write to it meanwhile.
   *
   * @param request noted while none can be opened; one that is opened afterwards sees it
   */
  synchronized void whileNoneIsOpen(String app, Runnable request) {
    Map<String, Open> ofApp = new ConcurrentHashMap<>(open);
    ofApp.values().removeIf(shell -> !shell.app().equals(app));
    if (!ofApp.isEmpty()) {
      throw new Apps.Refused(
          "a shell of the app is open, which may write to what is restored; end it first: "
              + shown(ofApp));
    }
    request.run();
  }

  /**
   * Nobody's hands stay on data that must be replaced now: each is told why, and ends.
   *
   * @return who has not ended by then; empty: nobody is left
   */
  synchronized String end(String app, Set<String> services, String why, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    List<Open> theirs = at(app, services);
    for (Open shell : theirs) {
      if (shell.place().ended == null) {
        shell.place().ended = why;
        shell.thread().interrupt();
      }
    }
    while (!at(app, services).isEmpty()) {
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    return at(app, services).stream().map(Open::shown).sorted().collect(Collectors.joining("; "));
  }

  private List<Open> at(String app, Set<String> services) {
    return open.values().stream()
        .filter(shell -> shell.app().equals(app) && services.contains(shell.service()))
        .toList();
  }

  boolean isOpen(String id) {
    return open.containsKey(id);
  }

  /** Those of an app that somebody sits at now, the oldest first. */
  List<AppView.ShellView> of(String app) {
    return open.entrySet().stream()
        .filter(entry -> entry.getValue().app().equals(app))
        .map(entry -> entry.getValue().view(entry.getKey()))
        .sorted(Comparator.comparing(AppView.ShellView::since).thenComparing(AppView.ShellView::id))
        .toList();
  }

  /** Removes what nobody sits at any more. */
  void sweep(ObservedState seen, AppPorts ports) {
    for (ObservedContainer container : seen.containers()) {
      String id = Labels.shell(container.labels());
      if (id != null && container.isOurs(seen.app()) && !open.containsKey(id)) {
        remove(container, ports.engine(), ports.signals(), ORPHANS_GRACE);
      }
    }
  }

  /** Whether it is gone. */
  static boolean remove(
      ObservedContainer container, Engine engine, Signals signals, Duration grace) {
    String app = container.labels().getOrDefault(Labels.APP, "");
    try {
      if (container.active()) {
        engine.stop(container.id(), grace);
      }
      engine.remove(container.id());
      return true;
    } catch (EngineException e) {
      signals.note(
          app,
          "could not remove the container of a shell yet, the next look tries again: "
              + EngineCalls.message(e));
      return false;
    }
  }

  /** None begins any more, and those that are open end. */
  synchronized void close() {
    closed = true;
    open.values().forEach(shell -> shell.thread().interrupt());
  }

  /** Whether all have ended and removed their containers, by then. */
  synchronized boolean awaitNone(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!open.isEmpty()) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
