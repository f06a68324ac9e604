package dev.holdfast.reconcile;

import dev.holdfast.backup.Operation;
import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Migration;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.reconcile.Definition.Look;
import dev.holdfast.store.Store.LogLine;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One shell, from the wish to the container's removal:
 *
 * <ol>
 *   <li>The release is chosen and told; the image is pulled where it is not here.
 *   <li>Who, when and which command go to the app's {@code shells.ndjson} before it begins, and how
 *       it ended afterwards; what is typed and printed is not kept.
 *   <li>The container has the service's own environment, networks and mounts, which never pass
 *       through the person's side, and no ports, name, healthcheck or restart policy.
 *   <li>Whatever ends it (the command, the person, the agent's stop), it is asked to end, killed
 *       after its grace, and removed. What a death leaves is removed by {@link Shells#sweep}.
 * </ol>
 */
final class ShellRun {
  private static final Duration STATUS = Duration.ofSeconds(10);
  private static final Duration LONGEST_GRACE = Duration.ofSeconds(10);
  private static final Duration REMOVAL = Duration.ofSeconds(40);

  private final App app;
  private final AppMemory memory;
  private final @Nullable Look look;
  private final Seat seat;
  private final String by;

  ShellRun(App app, AppMemory memory, @Nullable Look look, Seat seat, String by) {
    this.app = app;
    this.memory = memory;
    this.look = look;
    this.seat = seat;
    this.by = by;
  }

  /**
   * @throws Apps.Refused where there is no such service or release, or a restore goes on
   */
  ShellEnd run(Shells.Place place, ShellWish wish) {
    ShellRelease chosen = ShellRelease.of(app, memory.read(), look, wish.release());
    service(chosen.release(), wish.service());
    Environment further =
        wish.migration() ? ofMigration(chosen.release(), wish) : Environment.EMPTY;
    return in(place, wish, chosen, further);
  }

  /** The same in a release that is known, with these variables beside the service's own. */
  ShellEnd in(Shells.Place place, ShellWish wish, ShellRelease chosen, Environment further) {
    String id = place.id();
    refuseWhileRestoring();
    RollbackSeats.refuse(ports(), name(), memory.read(), wish.service());
    Release release = chosen.release();
    Release.Service service = service(release, wish.service());
    Secrets.register(release, ports().redactor());
    String command = wish.command().isEmpty() ? "a shell" : String.join(" ", wish.command());
    note(wish.service(), by + opens(id) + release.id() + ": " + command);
    seat.say(ports().redactor().redact("service " + wish.service() + " of " + chosen.said()));
    ShellEnd end = ShellEnd.because("it was cut off");
    try {
      end = told(attempt(id, wish, release, service, further), place);
      return end;
    } finally {
      String how = shown(end);
      atTheEnd(
          id,
          () -> {
            find(id, grace(service));
            note(wish.service(), id + " of " + by + " is over: " + how);
          });
    }
  }

  /** In the words of whoever ended it: what it was cut off in says nothing of why. */
  private static ShellEnd told(ShellEnd end, Shells.Place place) {
    String ended = place.ended();
    return ended == null || end.exitStatus() != null ? end : ShellEnd.because(ended);
  }

  /** As its beginning is noted, with who before it and the release after it. */
  static String opens(String id) {
    return " opens " + id + " in release ";
  }

  private String shown(ShellEnd end) {
    String gone = seat.gone();
    String reason = gone == null ? end.reason() : gone;
    return end.exitStatus() == null ? String.valueOf(reason) : "exit status " + end.exitStatus();
  }

  private void refuseWhileRestoring() {
    ports()
        .backups()
        .operation(name())
        .filter(Operation::pending)
        .filter(operation -> operation.kind() == Operation.Kind.RESTORE)
        .ifPresent(
            operation -> {
              throw new Apps.Refused(
                  "the agent "
                      + Operations.shown(operation)
                      + ", and what a shell writes meanwhile would be lost or in its way");
            });
  }

  private static Release.Service service(Release release, String name) {
    Release.Service service = release.services().get(name);
    if (service == null) {
      throw new Apps.Refused(
          "release "
              + release.id()
              + " has no such service; it has "
              + String.join(", ", release.services().keySet()));
    }
    return service;
  }

  private static Environment ofMigration(Release release, ShellWish wish) {
    return release.rollout().migrations().stream()
        .filter(migration -> migration.service().equals(wish.service()))
        .findFirst()
        .map(Migration::environment)
        .orElseThrow(
            () ->
                new Apps.Refused(
                    "release " + release.id() + " has no migration of service " + wish.service()));
  }

  private ShellEnd attempt(
      String id, ShellWish wish, Release release, Release.Service service, Environment further) {
    try {
      if (ports().engine().image(service.image()).isEmpty()) {
        seat.say("pulling " + service.image().display());
        Optional<String> refusal = new PullRoom(ports(), name()).refusal(List.of(service.image()));
        if (refusal.isPresent()) {
          return ShellEnd.because(refusal.get());
        }
        StepResult pulled = new Puller(ports(), name()).pull(service.image());
        if (!(pulled instanceof StepResult.Done)) {
          return ShellEnd.because("could not pull " + service.image().display());
        }
      }
      ObservedState seen = ports().engine().observe(name(), release);
      ports().store().restoreSecrets(release);
      ShellContainer container = new ShellContainer(app, memory, look);
      ContainerRequest request = container.request(id, wish, release, service, further, seen);
      container.makeMissing(release, service, seen);
      return converse(ports().engine().create(request), wish);
    } catch (EngineException e) {
      return ShellEnd.because(EngineCalls.message(e));
    } catch (UncheckedIOException e) {
      return ShellEnd.because("the agent's state: " + EngineCalls.message(e));
    } catch (Time.Stopping e) {
      return ShellEnd.because("the agent stops");
    }
  }

  private ShellEnd converse(String container, ShellWish wish) {
    Engine engine = ports().engine();
    engine.converse(
        container,
        wish.terminal(),
        seat.input(),
        seat.output(),
        seat.errors(),
        () -> {
          engine.start(container);
          seat.begun((rows, columns) -> resize(container, wish, rows, columns));
        });
    Optional<Integer> status = engine.waitFor(container, STATUS);
    return status
        .map(code -> new ShellEnd(code, null))
        .orElseGet(() -> ShellEnd.because("the engine let go of it while it ran"));
  }

  private void resize(String container, ShellWish wish, int rows, int columns) {
    if (wish.terminal() && rows > 0 && columns > 0) {
      try {
        ports().engine().resize(container, rows, columns);
      } catch (EngineException e) {
        // It has ended meanwhile, or the window stays as it was: neither is worth a shell.
        return;
      }
    }
  }

  private static Duration grace(Release.Service service) {
    Duration own = service.spec().container().lifecycle().grace();
    return own.compareTo(LONGEST_GRACE) < 0 ? own : LONGEST_GRACE;
  }

  /** On a thread of its own: whoever ends the shell may have interrupted this one. */
  private static void atTheEnd(String id, Runnable work) {
    CountDownLatch removed = new CountDownLatch(1);
    Thread.ofVirtual()
        .name("end of shell " + id)
        .start(
            () -> {
              try {
                work.run();
              } finally {
                removed.countDown();
              }
            });
    awaitInAnyCase(removed);
  }

  /** The agent's stop and the person's end may both interrupt this, one after the other. */
  private static void awaitInAnyCase(CountDownLatch removed) {
    long end = System.nanoTime() + REMOVAL.toNanos();
    boolean interrupted = false;
    while (removed.getCount() > 0 && System.nanoTime() - end < 0) {
      try {
        boolean _ = removed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** By its label: where the answer to its creation was lost, its id is not known. */
  private void find(String id, Duration grace) {
    try {
      ports().engine().observe(name(), null).containers().stream()
          .filter(c -> c.isOurs(name()) && id.equals(Labels.shell(c.labels())))
          .forEach(c -> Shells.remove(c, ports().engine(), ports().signals(), grace));
    } catch (EngineException e) {
      ports().signals().note(name(), "could not end a shell yet: " + EngineCalls.message(e));
    }
  }

  private void note(String service, String text) {
    String clean = ports().redactor().redact(text);
    ports().signals().note(name(), "shell: " + clean);
    ports()
        .store()
        .noteShell(name(), new LogLine(ports().time().now(), "INFO", "shell", service, clean));
  }

  private AppPorts ports() {
    return app.ports();
  }

  private String name() {
    return app.settings().app();
  }
}
