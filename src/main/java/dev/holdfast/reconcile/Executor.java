package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.After;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Migration;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.Smoke;
import dev.holdfast.plan.ContainerRef;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Step;
import dev.holdfast.plan.Verification;
import dev.holdfast.probe.Prober;
import dev.holdfast.rollout.Decision;
import dev.holdfast.rollout.MigrationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Carries out steps, one after the other, and decides nothing: what a failure leads to is for the
 * deployment to say.
 */
final class Executor {
  private static final int TAIL = 50;
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);
  private static final Duration FOREIGN_LIMIT = Duration.ofMinutes(60);
  private static final Duration SMOKE_LIMIT = Duration.ofSeconds(10);

  private final AppPorts ports;
  private final Release release;
  private final @Nullable Release previous;
  private final Requests requests;
  private final AppMemory memory;
  private final Sight sight;
  private final @Nullable Journal journal;
  private final EngineCalls calls;
  private final HealthWait health;
  private final Map<String, String> created = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Set<String> refused = new HashSet<>();

  /**
   * @param journal null between deployments, when there is nothing to account for
   */
  Executor(AppPorts ports, Work work, @Nullable Journal journal) {
    this.ports = ports;
    this.release = work.release();
    this.previous = work.previous();
    this.requests = work.requests();
    this.memory = work.memory();
    this.sight = work.sight();
    this.journal = journal;
    this.calls = new EngineCalls(ports.engine(), ports.time(), release.app());
    this.health = new HealthWait(ports, work);
  }

  /** Names that a container outside the app holds, met so far. */
  Set<String> taken() {
    return taken;
  }

  /** Ids of containers that the engine refused to start. */
  Set<String> refused() {
    return refused;
  }

  StepResult execute(Step step, ObservedState seen) {
    try {
      return switch (step) {
        case Step.Pull pull -> pull(pull);
        case Step.EnsureNetwork network ->
            done(() -> ports.engine().ensureNetwork(release.app(), network.network()));
        case Step.EnsureVolume volume ->
            done(() -> ports.engine().ensureVolume(release.app(), volume.volume()));
        case Step.Create create -> create(create, seen);
        case Step.SetRestart set -> setRestart(set);
        case Step.Stop stop -> stop(stop);
        case Step.Rename rename -> rename(rename);
        case Step.Connect connect -> connect(connect);
        case Step.Start start -> start(start);
        case Step.Remove remove -> remove(remove);
        case Step.Probe probe -> probe(probe);
        case Step.AwaitMigration await -> awaitMigration(await);
        case Step.RunMigration run -> runMigration(run);
        case Step.ExecMigration exec -> execMigration(exec);
        case Step.UndoMigration undo -> undoMigration(undo);
        case Step.RunSmoke smoke -> smoke(smoke);
        case Step.Watch watch -> watch(watch);
        case Step.RunAfter after -> after(after);
        case Step.Confirm confirm -> confirm();
      };
    } catch (EngineException e) {
      ports.time().checkStopping();
      return EngineCalls.classify(e);
    }
  }

  private static StepResult done(Runnable action) {
    action.run();
    return StepResult.Done.PLAIN;
  }

  private StepResult pull(Step.Pull step) {
    StepResult result = new Puller(ports, release.app()).pull(step.image());
    if (result instanceof StepResult.Done) {
      memory.change(m -> Images.pulled(m, step.image()));
    }
    return result;
  }

  private StepResult create(Step.Create step, ObservedState seen) {
    ObservedContainer replaced =
        step.replaces() == null
            ? null
            : seen.containers().stream()
                .filter(c -> c.id().equals(step.replaces().id()))
                .findFirst()
                .orElse(null);
    try {
      return calls.change(
          () -> created.put(step.name(), ports.engine().create(of(step).service(step, replaced))),
          now -> adopt(step.name(), now));
    } catch (EngineException.Conflict e) {
      boolean ours = adopt(step.name(), ports.engine().observe(release.app(), null));
      if (!ours) {
        taken.add(step.name());
      }
      return ours ? StepResult.Done.PLAIN : new StepResult.Replan(EngineCalls.message(e));
    }
  }

  /** What a rollback makes anew is of the release before, never of the one that failed. */
  private Requests of(Step step) {
    return step.stage() == Stage.ROLLBACK && previous != null ? requests.of(previous) : requests;
  }

  /** A create whose answer was lost is found by its name and our label. */
  private boolean adopt(String name, ObservedState seen) {
    Optional<ObservedContainer> made =
        seen.containers().stream()
            .filter(c -> c.name().equals(name) && c.isOurs(release.app()))
            .findFirst();
    made.ifPresent(c -> created.put(name, c.id()));
    return made.isPresent();
  }

  private StepResult setRestart(Step.SetRestart step) {
    String id = id(step.container());
    return calls.change(
        () -> ports.engine().setRestartPolicy(id, step.policy()),
        container(id, c -> c.restart().equals(step.policy())));
  }

  private StepResult stop(Step.Stop step) {
    String id = id(step.container());
    return calls.change(
        () -> ports.engine().stop(id, step.grace()), container(id, c -> !c.active()));
  }

  private StepResult rename(Step.Rename step) {
    String id = id(step.container());
    return calls.change(
        () -> ports.engine().rename(id, step.newName()),
        container(id, c -> c.name().equals(step.newName())));
  }

  private StepResult connect(Step.Connect step) {
    String id = id(step.container());
    return calls.change(
        () -> ports.engine().connect(id, of(step).place(step.service()), step.network()),
        container(id, c -> c.networks() != null && c.networks().contains(step.network())));
  }

  private StepResult start(Step.Start step) {
    String id = id(step.container());
    try {
      StepResult result =
          calls.change(() -> ports.engine().start(id), container(id, Executor::runs));
      if (result instanceof StepResult.Failed) {
        refused.add(id);
      }
      return result;
    } catch (EngineException.Conflict e) {
      // Somebody else has its port; another container would not get it either.
      return StepResult.Failed.of(EngineCalls.message(e));
    } catch (EngineException.Refused e) {
      refused.add(id);
      throw e;
    }
  }

  private static boolean runs(ObservedContainer container) {
    return container.active() && container.state() != ObservedContainer.State.PAUSED;
  }

  /**
   * What is gone is removed; what cannot be removed now will be tried again by a later look and
   * fails nothing.
   */
  private StepResult remove(Step.Remove step) {
    try {
      ports.engine().remove(id(step.container()));
      return StepResult.Done.PLAIN;
    } catch (EngineException.NotFound e) {
      return new StepResult.Done("it is gone already");
    } catch (EngineException.Conflict | EngineException.Refused | EngineException.Ambiguous e) {
      ports
          .signals()
          .note(
              release.app(),
              "could not remove " + step.container().name() + " yet: " + EngineCalls.message(e));
      return new StepResult.Done("not removed yet: " + EngineCalls.message(e));
    }
  }

  private static Predicate<ObservedState> container(String id, Predicate<ObservedContainer> shows) {
    return seen -> seen.containers().stream().anyMatch(c -> c.id().equals(id) && shows.test(c));
  }

  private String id(ContainerRef ref) {
    String id = ref.id() == null ? created.get(ref.name()) : ref.id();
    if (id == null) {
      throw new IllegalStateException("no step before this one created " + ref.name());
    }
    return id;
  }

  private StepResult probe(Step.Probe step) {
    Decision decision = health.until(subject(step.service()));
    if (!goesBack()) {
      note(
          step.service(),
          decision instanceof Decision.Healthy ? HealthCheck.HEALTHY : HealthCheck.UNHEALTHY);
    }
    return result(step.service(), decision);
  }

  private HealthWait.Subject subject(String service) {
    return journal != null && goesBack()
        ? HealthWait.putBack(service, journal.record(), previous)
        : health.of(service);
  }

  /**
   * The record's health checks are the new release's; how the old one does stands with the rollback
   * step.
   */
  private boolean goesBack() {
    return journal != null && journal.record().direction() == Direction.BACK;
  }

  private StepResult watch(Step.Watch step) {
    HealthWait.Watched watched = health.watch(step.services(), step.duration());
    if (watched.service() != null) {
      note(watched.service(), HealthCheck.UNHEALTHY);
    }
    return result(watched.service(), watched.decision());
  }

  private void note(String service, HealthCheck check) {
    if (journal != null) {
      journal.health(service, check);
    }
  }

  private StepResult result(@Nullable String service, Decision decision) {
    return switch (decision) {
      case Decision.Healthy healthy -> new StepResult.Done(healthy.detail());
      case Decision.Waiting waiting ->
          throw new IllegalStateException("a wait ended without a decision");
      case Decision.Failed failed ->
          new StepResult.Failed(
              service == null ? failed.reason() : service + ": " + failed.reason(),
              tail(service),
              false);
    };
  }

  /**
   * The last lines of what failed, before anything is done about it. Missing evidence is no second
   * failure.
   */
  private List<String> tail(@Nullable String service) {
    try {
      return service == null || !release.services().containsKey(service)
          ? List.of()
          : health
              .container(service, sight.of(release))
              .map(c -> ports.engine().logTail(c.id(), TAIL))
              .orElse(List.of());
    } catch (EngineException e) {
      return List.of("(its log could not be read: " + EngineCalls.message(e) + ")");
    }
  }

  private StepResult awaitMigration(Step.AwaitMigration step) {
    String id = id(step.container());
    Instant end = ports.time().now().plus(FOREIGN_LIMIT);
    while (ports.engine().waitFor(id, Duration.ofSeconds(5)).isEmpty()) {
      ports.time().checkStopping();
      if (ports.time().now().isAfter(end)) {
        return StepResult.Failed.of(
            "another migration still runs in "
                + step.container().name()
                + " after "
                + FOREIGN_LIMIT.toMinutes()
                + " min");
      }
    }
    return StepResult.Done.PLAIN;
  }

  private StepResult runMigration(Step.RunMigration step) {
    Migration migration = release.rollout().migrations().get(step.index());
    OneOff oneOff = new OneOff(ports, calls, release.app());
    return switch (oneOff.run(
        requests.oneOff(
            step.service(),
            Integer.toString(step.index()),
            step.command(),
            migration.environment()),
        migration.timeout(),
        output(file("migrate", step.service(), step.index())))) {
      case OneOff.Run.Not not -> not.result();
      case OneOff.Run.Over over -> {
        account().migrated(step.index(), status(over.ended()));
        oneOff.remove(over.ended().id());
        yield ended(over.ended(), "the migration");
      }
    };
  }

  private StepResult undoMigration(Step.UndoMigration step) {
    Migration migration = release.rollout().migrations().get(step.index());
    OneOff oneOff = new OneOff(ports, calls, release.app());
    return switch (oneOff.run(
        requests.oneOff(
            step.service(), "undo-" + step.index(), step.command(), migration.environment()),
        migration.timeout(),
        output(file("undo", step.service(), step.index())))) {
      case OneOff.Run.Not not -> not.result();
      case OneOff.Run.Over over -> {
        account().undone(step.index(), status(over.ended()));
        oneOff.remove(over.ended().id());
        yield ended(over.ended(), "undoing the migration");
      }
    };
  }

  private static int status(OneOff.Ended ended) {
    return ended.exitStatus() == null ? -1 : ended.exitStatus();
  }

  private static StepResult ended(OneOff.Ended ended, String what) {
    if (Objects.equals(ended.exitStatus(), 0)) {
      return StepResult.Done.PLAIN;
    }
    String reason =
        ended.reason() == null ? "ended with exit status " + ended.exitStatus() : ended.reason();
    String said = MigrationFailure.of(ended.tail());
    return new StepResult.Failed(
        what + " failed: " + reason + (said.isEmpty() ? "" : "; " + said), ended.tail(), false);
  }

  private StepResult execMigration(Step.ExecMigration step) {
    Migration migration = release.rollout().migrations().get(step.index());
    Consumer<String> output = output(file("migrate", step.service(), step.index()));
    StepResult result =
        command(
            step.service(), step.command(), migration.environment(), migration.timeout(), output);
    account().migrated(step.index(), result instanceof StepResult.Done ? 0 : 1);
    return result;
  }

  private StepResult smoke(Step.RunSmoke step) {
    return switch (release.rollout().smokes().get(step.index())) {
      case Smoke.Command command ->
          command(
              command.service(),
              command.command(),
              Environment.EMPTY,
              COMMAND_LIMIT,
              output("smoke-" + step.index() + ".log"));
      case Smoke.Http http ->
          switch (ports.prober().http(http, SMOKE_LIMIT)) {
            case Prober.Sample.Passed passed -> new StepResult.Done(passed.detail());
            case Prober.Sample.Refused refused ->
                StepResult.Failed.of(http.url() + ": " + refused.reason());
            case Prober.Sample.Unasked unasked ->
                StepResult.Failed.of(http.url() + " could not be asked: " + unasked.reason());
          };
    };
  }

  private StepResult after(Step.RunAfter step) {
    After after = release.rollout().afters().get(step.index());
    Environment environment =
        Objects.requireNonNull(release.services().get(after.service()))
            .spec()
            .container()
            .environment();
    Optional<String> unset =
        after.whenEnv().stream()
            .filter(name -> environment.values().getOrDefault(name, "").isEmpty())
            .findFirst();
    if (unset.isPresent()) {
      return new StepResult.Done("skipped: " + unset.get() + " is not set");
    }
    Consumer<String> output = output("after-" + step.index() + ".log");
    StepResult checked =
        after.check().isEmpty()
            ? StepResult.Done.PLAIN
            : command(after.service(), after.check(), Environment.EMPTY, COMMAND_LIMIT, output);
    return checked instanceof StepResult.Done
        ? command(after.service(), after.command(), Environment.EMPTY, COMMAND_LIMIT, output)
        : checked;
  }

  private StepResult command(
      String service,
      List<String> command,
      Environment environment,
      Duration limit,
      Consumer<String> output) {
    Optional<ObservedContainer> container = health.container(service, sight.of(release));
    if (container.isEmpty()) {
      return new StepResult.Replan("service " + service + " has no container");
    }
    Deque<String> tail = new ArrayDeque<>();
    int status =
        ports
            .engine()
            .exec(
                container.get().id(),
                command,
                environment,
                limit,
                line -> {
                  output.accept(line);
                  tail.addLast(line);
                  if (tail.size() > TAIL) {
                    tail.removeFirst();
                  }
                });
    return status == 0
        ? StepResult.Done.PLAIN
        : new StepResult.Failed(
            command.getFirst() + " in " + service + " ended with exit status " + status,
            List.copyOf(tail),
            false);
  }

  private StepResult confirm() {
    List<String> differences = Verification.of(release, sight.of(release));
    return differences.isEmpty()
        ? StepResult.Done.PLAIN
        : StepResult.Failed.of("what runs is not the release: " + String.join("; ", differences));
  }

  private static String file(String kind, String service, int index) {
    return kind + "-" + service + (index == 0 ? "" : "-" + index) + ".log";
  }

  private Consumer<String> output(String file) {
    return account().output(file);
  }

  private Journal account() {
    return Objects.requireNonNull(journal, "only deployments run commands");
  }
}
