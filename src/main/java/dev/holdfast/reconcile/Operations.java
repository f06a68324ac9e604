package dev.holdfast.reconcile;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Operation.Phase;
import dev.holdfast.backup.Saved;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.reconcile.AppReconciler.Result;
import dev.holdfast.store.Store;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Backups and restores that people asked for, between deployments. Each is noted before it begins;
 * while it is, nothing else is done with the app, and a later life carries it on.
 */
final class Operations {
  private static final int MOST_TRIES = 10;

  private static final String EXPIRED =
      "it could not begin within 15 minutes of being asked for, because something else was going on"
          + " with the app; nothing was touched; ask again";

  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;
  private final Sight sight;
  private final Begin begin;
  private final AppFacts facts;
  private final Shells shells;
  private boolean swept;

  Operations(
      AppSettings settings,
      AppPorts ports,
      AppMemory memory,
      Sight sight,
      Begin begin,
      AppFacts facts,
      Shells shells) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
    this.sight = sight;
    this.begin = begin;
    this.facts = facts;
    this.shells = shells;
  }

  /** What an earlier life left half done goes, and what stands is told to whoever watches. */
  void firstLook() {
    if (swept) {
      return;
    }
    swept = true;
    ports.backups().sweep(settings.app());
    Set<String> told = new HashSet<>();
    for (Saved taken : ports.backups().all(settings.app())) {
      if (told.add(taken.name())) {
        ports.signals().backedUp(settings.app(), taken.name(), taken.takenAt());
      }
    }
  }

  /** One that waited too long for its turn is over, and says so. */
  Optional<Operation> pending() {
    Optional<Operation> asked =
        ports.backups().operation(settings.app()).filter(Operation::pending);
    if (asked.isPresent() && asked.get().expired(ports.time().now())) {
      end(asked.get(), EXPIRED);
      return Optional.empty();
    }
    return asked;
  }

  static String shown(Operation operation) {
    String what =
        operation.kind() == Operation.Kind.BACKUP
            ? "takes backups " + String.join(", ", operation.names())
            : "restores " + String.join(", ", operation.names()) + " of " + operation.from();
    return what + ", asked for by " + operation.by();
  }

  Result carryOut(Operation operation, Consumer<ObservedState> looked) {
    String lastGood = memory.read().lastGood();
    Release good = lastGood == null ? null : facts.releaseOf(lastGood).orElse(null);
    if (good == null) {
      return end(operation, "no release of the app is confirmed, so that nothing says how");
    }
    facts.current = good;
    Release release =
        declaring(ports.store(), good, operation.from(), operation.names()).orElse(good);
    Secrets.register(release, ports.redactor());
    ports.store().restoreSecrets(release);
    ObservedState seen = sight.of(release);
    looked.accept(seen);
    Requests requests = begin.requests(release, operation.id(), facts.targetOf(release.id()), seen);
    Release other = release.equals(good) ? beside(good) : good;
    Work work = new Work(release, other, requests, memory, sight, looked, shells);
    Set<String> known = release.rollout().backups().keySet();
    Optional<String> unknown =
        operation.names().stream().filter(name -> !known.contains(name)).findFirst();
    if (unknown.isPresent()) {
      return end(
          operation, "release " + lastGood + " has no backup " + unknown.get() + " any more");
    }
    return switch (operation.kind()) {
      case BACKUP -> backUp(operation, data(work));
      case RESTORE -> restores(work).carryOut(operation);
    };
  }

  /**
   * The release that says how these are restored: the good one, or the one whose deployment took
   * them, which may have been the first that had them, and failed.
   */
  static Optional<Release> declaring(
      Store store, Release good, @Nullable String from, List<String> names) {
    Optional<Release> taker =
        from == null
            ? Optional.empty()
            : store
                .record(good.app(), from)
                .flatMap(record -> store.release(good.app(), record.release()));
    return Stream.concat(Stream.of(good), taker.stream())
        .filter(release -> release.rollout().backups().keySet().containsAll(names))
        .findFirst();
  }

  /** What was left as it stood after it failed, and still runs where the app is held. */
  private Release beside(Release release) {
    return memory.read().hold() == null
        ? release
        : ports.store().records(settings.app(), 1).stream()
            .findFirst()
            .flatMap(record -> facts.releaseOf(record.release()))
            .orElse(release);
  }

  private Restores restores(Work work) {
    DataSteps data = data(work);
    boolean keeps = work.release().id().equals(memory.read().lastGood());
    return new Restores(ports, memory, begin, this, work, data, keeps);
  }

  private DataSteps data(Work work) {
    return new DataSteps(
        ports, work, new EngineCalls(ports.engine(), ports.time(), settings.app()));
  }

  private Result backUp(Operation operation, DataSteps data) {
    Operation now =
        operation.phase() == Phase.ASKED ? saved(operation.at(Phase.PREPARING)) : operation;
    StepResult taken = takeAll(now, data, Saved.Purpose.ASKED);
    return switch (taken) {
      case StepResult.Done done -> {
        begin.tidyBackups();
        yield succeed(now, done.message());
      }
      case StepResult.Failed failed -> end(now, failed.reason());
      case StepResult.Replan replan -> end(now, replan.reason());
      case StepResult.Suspended suspended -> {
        Operation tried = saved(now.tried(suspended.reason()));
        yield isInVain(tried) ? end(tried, suspended.reason()) : later(suspended.reason());
      }
    };
  }

  StepResult takeAll(Operation operation, DataSteps data, Saved.Purpose purpose) {
    List<String> said = new ArrayList<>();
    DataSteps.Reason reason = new DataSteps.Reason(operation.id(), purpose, operation.by(), false);
    for (String name : operation.names()) {
      ports.time().checkStopping();
      StepResult result = attempt(() -> data.take(name, reason, tail()));
      if (!(result instanceof StepResult.Done done)) {
        return result;
      }
      said.add(done.message());
    }
    return new StepResult.Done(String.join("; ", said));
  }

  private static Tail tail() {
    return new Tail(line -> {});
  }

  StepResult attempt(Supplier<StepResult> step) {
    try {
      return step.get();
    } catch (EngineException e) {
      ports.time().checkStopping();
      return EngineCalls.classify(e);
    }
  }

  static @Nullable String reason(StepResult result) {
    return switch (result) {
      case StepResult.Done done -> done.message();
      case StepResult.Failed failed -> failed.reason();
      case StepResult.Replan replan -> replan.reason();
      case StepResult.Suspended suspended -> suspended.reason();
    };
  }

  private Operation saved(Operation operation) {
    save(ports, settings.app(), operation);
    return operation;
  }

  /** Unless another one has taken its place meanwhile. */
  static void save(AppPorts ports, String app, Operation operation) {
    boolean replaced =
        ports.backups().operation(app).filter(o -> !o.id().equals(operation.id())).isPresent();
    if (!replaced) {
      ports.backups().save(app, operation);
    }
  }

  /** An engine that is there and does not do it, look after look. */
  static boolean isInVain(Operation operation) {
    return operation.tries() >= MOST_TRIES;
  }

  Result succeed(Operation operation, String message) {
    saved(operation.ended(Phase.SUCCEEDED, ports.time().now(), message));
    ports.signals().note(settings.app(), message);
    return new Result(AppView.Phase.Progressing, message, true, false);
  }

  Result end(Operation operation, String reason) {
    saved(operation.ended(Phase.FAILED, ports.time().now(), reason));
    ports.signals().problem(settings.app(), "backup", ports.redactor().redact(reason));
    return new Result(AppView.Phase.Progressing, ports.redactor().redact(reason), true, false);
  }

  static Result later(String reason) {
    return new Result(AppView.Phase.Unknown, reason, false, false);
  }
}
