package dev.holdfast.reconcile;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs a command once in a labelled container of its own, which outlives the agent:
 *
 * <ol>
 *   <li>A container of this command that exists is found by its label: one that runs is waited for,
 *       one that has ended gives its exit status, one that was only created is started. Only where
 *       there is none is one created.
 *   <li>Its output is kept from the beginning on, in every life.
 *   <li>An exit status that is not known is not zero. One that an engine's end may have made is not
 *       known: the command is run once more.
 *   <li>Only its own time limit stops it, counted from its start; never the agent's end.
 *   <li>It is removed by {@link #remove}, once the caller has written the exit status down.
 * </ol>
 */
final class OneOff {
  private static final int TAIL = 50;

  /** SIGKILL, SIGTERM, and what an engine says that was away when it ended. */
  private static final Set<Integer> CUT_OFF = Set.of(137, 143, 255);

  private static final Duration SETTLE = Duration.ofSeconds(5);

  /** An engine that is told to end gives containers 15 s, and answers meanwhile. */
  private static final Duration FAREWELL = Duration.ofSeconds(30);

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final AppPorts ports;
  private final EngineCalls calls;
  private final String app;

  OneOff(AppPorts ports, EngineCalls calls, String app) {
    this.ports = ports;
    this.calls = calls;
    this.app = app;
  }

  /**
   * @param exitStatus null where it cannot be known
   */
  record Ended(
      String id, @Nullable Integer exitStatus, List<String> tail, @Nullable String reason) {}

  /** The end of the command, or why it could not be run. */
  sealed interface Run {
    record Over(Ended ended) implements Run {}

    record Not(StepResult result) implements Run {}
  }

  Run run(ContainerRequest request, Duration limit, Consumer<String> output) {
    String label = request.labels().getOrDefault(Labels.MIGRATION, "");
    Optional<ObservedContainer> found = find(label);
    if (found.filter(c -> isCutOff(c) || isInDoubt(c)).isPresent()) {
      ports.engine().remove(found.get().id());
      found = Optional.empty();
    }
    if (found.isEmpty()) {
      StepResult created = create(request, label);
      if (!(created instanceof StepResult.Done)) {
        return new Run.Not(created);
      }
      found = find(label);
    }
    if (found.isEmpty()) {
      return new Run.Not(new StepResult.Replan("the container of " + label + " is gone"));
    }
    ObservedContainer container = found.get();
    if (container.state() == State.CREATED) {
      StepResult started = start(container, label);
      if (!(started instanceof StepResult.Done)) {
        return new Run.Not(started);
      }
    }
    Ended ended = await(container.id(), label, limit, output);
    if (ended.reason() == null && find(label).filter(OneOff::isCutOff).isPresent()) {
      outlive(label);
    }
    return new Run.Over(ended);
  }

  /**
   * It ended by a signal under our eyes: its own fault, or that of an engine that ends and takes
   * along what runs. Who of the two, shows whether the engine stays. One that does not is met by
   * the next look, which runs the command once more.
   *
   * @throws EngineException.Unreachable where the engine went
   */
  private void outlive(String label) {
    Stopwatch watch = new Stopwatch(ports.time());
    Instant end = watch.now().plus(FAREWELL);
    while (watch.now().isBefore(end) && find(label).isPresent()) {
      ports.time().sleep(SECOND);
      ports.time().checkStopping();
    }
  }

  void remove(String id) {
    try {
      ports.engine().remove(id);
    } catch (EngineException e) {
      // Left-over containers of migrations that ended are removed by every later look.
      ports
          .signals()
          .note(app, "could not remove a migration's container yet: " + EngineCalls.message(e));
    }
  }

  private StepResult create(ContainerRequest request, String label) {
    return calls.change(() -> ports.engine().create(request), seen -> find(label).isPresent());
  }

  private StepResult start(ObservedContainer container, String label) {
    try {
      return calls.change(
          () -> ports.engine().start(container.id()),
          seen -> find(label).filter(c -> c.state() != State.CREATED).isPresent());
    } catch (EngineException.Stuck e) {
      ports.engine().remove(container.id());
      return new StepResult.Replan("it has to be made anew: " + EngineCalls.message(e));
    }
  }

  /**
   * It ended while nobody waited for it, by a signal or with the status that an engine gives when
   * it does not know: the engine or the machine died under it. Whether it was through is not known,
   * and neither "it ran" nor "it did not" may be concluded. So it is run once more, as a person
   * would: what is through already does nothing then.
   */
  private static boolean isCutOff(ObservedContainer container) {
    Integer status = container.exitCode();
    return container.state() == State.EXITED
        && status != null
        && !container.oomKilled()
        && CUT_OFF.contains(status);
  }

  /**
   * It failed while nobody waited for it, and the engine was away since it was started. One that
   * ends takes the file system from below what it has just started: a shell then cannot open the
   * script that it is to run, and ends with status 2.
   */
  private boolean isInDoubt(ObservedContainer container) {
    Instant away = ports.engine().lastAway();
    Integer status = container.exitCode();
    return container.state() == State.EXITED
        && status != null
        && status != 0
        && !container.oomKilled()
        && away != null
        && container.startedAt() != null
        && container.startedAt().isBefore(away);
  }

  private Optional<ObservedContainer> find(String label) {
    return ports.engine().observe(app, null).containers().stream()
        .filter(c -> c.isOurs(app) && label.equals(Labels.migration(c.labels())))
        .findFirst();
  }

  private void follow(String id, Duration limit, Consumer<String> output) {
    ports
        .time()
        .interruptible(
            () -> {
              ports.engine().followLogs(id, limit, output);
              return id;
            });
    ports.time().checkStopping();
  }

  /** A clock that was set back gives nobody more time. */
  private static Duration least(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private Ended await(String id, String label, Duration limit, Consumer<String> output) {
    Deque<String> tail = new ArrayDeque<>();
    Consumer<String> both =
        line -> {
          output.accept(line);
          tail.addLast(line);
          if (tail.size() > TAIL) {
            tail.removeFirst();
          }
        };
    Instant begun = find(label).map(ObservedContainer::startedAt).orElse(ports.time().now());
    Duration left = least(limit, Duration.between(ports.time().now(), begun.plus(limit)));
    try {
      if (left.isPositive()) {
        follow(id, left, both);
      }
      Duration rest = least(left, Duration.between(ports.time().now(), begun.plus(limit)));
      Duration patience = rest.compareTo(SETTLE) > 0 ? rest : SETTLE;
      Optional<Integer> status =
          ports.time().interruptible(() -> ports.engine().waitFor(id, patience));
      ports.time().checkStopping();
      if (status.isPresent()) {
        return new Ended(id, status.get(), List.copyOf(tail), null);
      }
      ports.engine().stop(id, ContainerSpec.Lifecycle.DEFAULT.grace());
      return new Ended(
          id,
          null,
          List.copyOf(tail),
          "it did not end within " + limit.toSeconds() + " s and was stopped");
    } catch (EngineException.NotFound e) {
      return new Ended(
          id,
          null,
          List.copyOf(tail),
          "its container was removed while it ran, so its exit status is unknown");
    }
  }
}
