package dev.holdfast.reconcile;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.plan.DataUsers;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Volumes and files, read and written through a container of a service that mounts them: made for
 * it, and started only to empty the folder before another state of it is unpacked there. An
 * engine's archive merges what it unpacks with what is there, and a database would not survive
 * that.
 */
final class MountedData {
  private static final Duration EMPTYING = Duration.ofMinutes(30);
  private static final Duration ENDING = Duration.ofSeconds(2);

  private final AppPorts ports;
  private final Work work;
  private final EngineCalls calls;
  private final String app;

  MountedData(AppPorts ports, Work work, EngineCalls calls) {
    this.ports = ports;
    this.work = work;
    this.calls = calls;
    this.app = work.release().app();
  }

  StepResult save(String name, From.Mounted from, Duration timeout, OutputStream sink) {
    return with(
        request(from, "backup-" + name, List.of("true")),
        id -> {
          List<ObservedContainer> users = from.pause() ? users(from) : List.of();
          List<String> problems = new ArrayList<>();
          try {
            users.stream()
                .filter(user -> user.state() == State.RUNNING)
                .forEach(user -> ports.engine().pause(user.id()));
            ports
                .time()
                .interruptible(
                    () -> {
                      ports.engine().save(id, from.target(), timeout, sink);
                      return id;
                    });
            ports.time().checkStopping();
          } finally {
            // Those too that an earlier life had paused, and each whatever becomes of the others.
            afterAll(() -> users.forEach(user -> goOn(user).ifPresent(problems::add)));
          }
          return problems.isEmpty()
              ? StepResult.Done.PLAIN
              : StepResult.Failed.of(
                  "backup " + name + " could not be taken: " + String.join("; ", problems));
        });
  }

  private Optional<String> goOn(ObservedContainer user) {
    try {
      StepResult started =
          calls.change(
              () -> ports.engine().start(user.id()),
              seen ->
                  seen.containers().stream()
                      .anyMatch(c -> c.id().equals(user.id()) && c.state() == State.RUNNING));
      return started instanceof StepResult.Failed failed
          ? Optional.of(stillPaused(user, failed.reason()))
          : Optional.empty();
    } catch (EngineException e) {
      return Optional.of(stillPaused(user, EngineCalls.message(e)));
    }
  }

  private String stillPaused(ObservedContainer user, String why) {
    String said = user.name() + " was paused for it and does not go on: " + why;
    ports.signals().problem(app, "backup", ports.redactor().redact(said));
    return said + "; `docker unpause " + user.name() + "`";
  }

  /** A stop of the agent that cuts a call off by an interrupt must not cut this off as well. */
  private static void afterAll(Runnable action) {
    boolean interrupted = Thread.interrupted();
    try {
      action.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<ObservedContainer> users(From.Mounted from) {
    Set<String> services = new TreeSet<>(DataUsers.mounting(work.release(), from));
    if (work.previous() != null) {
      services.addAll(DataUsers.mounting(work.previous(), from));
    }
    return ports.engine().observe(app, null).containers().stream()
        .filter(c -> !c.oneOff() && services.contains(c.service()))
        .filter(c -> c.state() == State.RUNNING || c.state() == State.PAUSED)
        .toList();
  }

  /** Whether its image can empty it; nothing is touched. */
  StepResult canLoad(String name, From.Mounted from) {
    List<String> harmless =
        List.of(
            "find", from.target(), "-maxdepth", "0", "-exec", "rm", "-f", "/.holdfast-none", ";");
    return run(
        from,
        request(from, "check-" + name, harmless),
        "look into " + from.source() + " as restoring backup " + name + " would",
        id -> StepResult.Done.PLAIN);
  }

  StepResult load(String name, From.Mounted from, Duration timeout, InputStream content) {
    List<String> empty =
        List.of(
            "find",
            from.target(),
            "-mindepth",
            "1",
            "-maxdepth",
            "1",
            "-exec",
            "rm",
            "-rf",
            "{}",
            "+");
    return run(
        from,
        request(from, "empty-" + name, empty),
        "empty " + from.source() + " before backup " + name + " is restored into it",
        id -> unpack(id, from, timeout, content));
  }

  private StepResult run(
      From.Mounted from, ContainerRequest request, String what, Through afterwards) {
    // One that an earlier life saw to its end says nothing of what was unpacked since.
    find(request.labels().getOrDefault(Labels.MIGRATION, ""))
        .filter(c -> !c.active())
        .ifPresent(c -> ports.engine().remove(c.id()));
    List<String> said = new ArrayList<>();
    OneOff.Run run = new OneOff(ports, calls, app).run(request, EMPTYING, said::add);
    return switch (run) {
      case OneOff.Run.Not not -> not.result();
      case OneOff.Run.Over over -> {
        try {
          yield Objects.equals(over.ended().exitStatus(), 0)
              ? afterwards.container(over.ended().id())
              : new StepResult.Failed(
                  "could not "
                      + what
                      + ": `find` in the image of "
                      + from.service()
                      + ", which it needs, ended with exit status "
                      + over.ended().exitStatus()
                      + (said.isEmpty() ? "" : ": " + said.getLast()),
                  over.ended().tail(),
                  false);
        } finally {
          // Removed in any case: the next try empties anew.
          new OneOff(ports, calls, app).remove(over.ended().id());
        }
      }
    };
  }

  private StepResult unpack(String id, From.Mounted from, Duration timeout, InputStream content) {
    try {
      ports
          .time()
          .interruptible(
              () -> {
                ports.engine().load(id, from.target(), timeout, content);
                return id;
              });
    } catch (EngineException.Refused e) {
      ports.time().checkStopping();
      // One that is about to end refuses too; the look fails then, and it is done again later.
      ports.time().sleep(ENDING);
      ports.engine().observe(app, null);
      return StepResult.Failed.of(EngineCalls.message(e));
    }
    ports.time().checkStopping();
    return StepResult.Done.PLAIN;
  }

  private ContainerRequest request(From.Mounted from, String purpose, List<String> command) {
    return work.requests().data(from, purpose, command);
  }

  @FunctionalInterface
  private interface Through {
    StepResult container(String id);
  }

  /** Made for it and removed afterwards; one that a death left behind serves as well. */
  private StepResult with(ContainerRequest request, Through through) {
    String label = request.labels().getOrDefault(Labels.MIGRATION, "");
    StepResult made =
        find(label).isPresent()
            ? StepResult.Done.PLAIN
            : calls.change(() -> ports.engine().create(request), seen -> find(label).isPresent());
    Optional<ObservedContainer> container = find(label);
    if (!(made instanceof StepResult.Done)) {
      return made;
    }
    if (container.isEmpty()) {
      return new StepResult.Replan("the container of " + label + " is gone");
    }
    try {
      return through.container(container.get().id());
    } finally {
      afterAll(() -> remove(container.get().id()));
    }
  }

  private void remove(String id) {
    try {
      ports.engine().remove(id);
    } catch (EngineException e) {
      // Every later look removes what is left of these.
      ports
          .signals()
          .note(app, "could not remove a backup's container yet: " + EngineCalls.message(e));
    }
  }

  private Optional<ObservedContainer> find(String label) {
    return ports.engine().observe(app, null).containers().stream()
        .filter(c -> c.isOurs(app) && label.equals(Labels.migration(c.labels())))
        .findFirst();
  }
}
