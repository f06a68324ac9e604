package dev.holdfast.reconcile;

import dev.holdfast.model.Migration;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Step;
import dev.holdfast.rollout.MigrationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out the steps of migrations and keeps their output and exit status. */
final class MigrationSteps {
  private static final Duration FOREIGN_LIMIT = Duration.ofMinutes(60);

  private final AppPorts ports;
  private final Release release;
  private final Requests requests;
  private final @Nullable Journal journal;
  private final EngineCalls calls;
  private final ServiceCommands commands;

  MigrationSteps(
      AppPorts ports,
      Work work,
      @Nullable Journal journal,
      EngineCalls calls,
      ServiceCommands commands) {
    this.ports = ports;
    this.release = work.release();
    this.requests = work.requests();
    this.journal = journal;
    this.calls = calls;
    this.commands = commands;
  }

  StepResult await(Step.AwaitMigration step) {
    String id = Objects.requireNonNull(step.container().id(), "a migration is met, not made");
    Stopwatch watch = new Stopwatch(ports.time());
    Instant end = watch.now().plus(FOREIGN_LIMIT);
    while (ports.engine().waitFor(id, Duration.ofSeconds(5)).isEmpty()) {
      ports.time().checkStopping();
      if (watch.now().isAfter(end)) {
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

  StepResult run(Step.RunMigration step) {
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

  StepResult undo(Step.UndoMigration step) {
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

  StepResult exec(Step.ExecMigration step) {
    Migration migration = release.rollout().migrations().get(step.index());
    Consumer<String> output = output(file("migrate", step.service(), step.index()));
    StepResult result =
        commands.command(
            step.service(), step.command(), migration.environment(), migration.timeout(), output);
    account().migrated(step.index(), result instanceof StepResult.Done ? 0 : 1);
    return result;
  }

  /** Of several of one service, the second is the first that bears a number. */
  private String file(String kind, String service, int index) {
    long before =
        release.rollout().migrations().subList(0, index).stream()
            .filter(migration -> migration.service().equals(service))
            .count();
    return kind + "-" + service + (before == 0 ? "" : "-" + before) + ".log";
  }

  private Consumer<String> output(String file) {
    return account().output(file);
  }

  private Journal account() {
    return Objects.requireNonNull(journal, "only deployments run migrations");
  }
}
