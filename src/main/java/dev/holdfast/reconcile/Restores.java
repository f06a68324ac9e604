package dev.holdfast.reconcile;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Operation.Phase;
import dev.holdfast.backup.Saved;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Memory.Hold;
import dev.holdfast.reconcile.AppReconciler.Result;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A restore that a person asked for:
 *
 * <ol>
 *   <li>Preparing: each backup is looked at, who uses the data is stopped, and the data is saved.
 *       What fails here leaves the data as it was, and those run again.
 *   <li>Begun: the data is put back, from its beginning as often as it takes. What fails here
 *       leaves the app held.
 *   <li>Restored: what was stopped is started, as far as nobody holds the app.
 * </ol>
 *
 * What an engine does not do just now is done at a later look, but not for ever.
 */
final class Restores {
  private final AppPorts ports;
  private final AppMemory memory;
  private final Begin begin;
  private final Operations operations;
  private final Work work;
  private final DataSteps data;
  private final boolean keeps;

  /**
   * @param keeps whether the release of the work is the one that the app is kept at; else the next
   *     look puts that one in place
   */
  Restores(
      AppPorts ports,
      AppMemory memory,
      Begin begin,
      Operations operations,
      Work work,
      DataSteps data,
      boolean keeps) {
    this.ports = ports;
    this.memory = memory;
    this.begin = begin;
    this.operations = operations;
    this.work = work;
    this.data = data;
    this.keeps = keeps;
  }

  Result carryOut(Operation operation) {
    Restoring restoring = new Restoring(ports, work, data, operation);
    if (operation.phase() == Phase.ASKED) {
      restoring.at(Phase.PREPARING);
    }
    if (restoring.operation().phase() == Phase.PREPARING) {
      StepResult prepared = operations.attempt(() -> prepare(restoring));
      if (!(prepared instanceof StepResult.Done)) {
        return unprepared(restoring, prepared);
      }
      restoring.at(Phase.BEGUN);
    }
    if (restoring.operation().phase() == Phase.BEGUN) {
      StepResult restored = operations.attempt(restoring::putBack);
      if (!(restored instanceof StepResult.Done)) {
        return isTriedAgain(restoring, restored)
            ? Operations.later(String.valueOf(Operations.reason(restored)))
            : broken(restoring.operation(), Operations.reason(restored));
      }
      restoring.at(Phase.RESTORED);
    }
    return serve(restoring);
  }

  /** What a container or an engine that went away has cut off is done again from its beginning. */
  private static boolean isTriedAgain(Restoring restoring, StepResult result) {
    boolean passes = result instanceof StepResult.Suspended || result instanceof StepResult.Replan;
    return passes
        && !Operations.isInVain(restoring.tried(String.valueOf(Operations.reason(result))));
  }

  private StepResult prepare(Restoring restoring) {
    StepResult prepared = lookAndSave(restoring);
    // What died under it comes up again at the next look.
    return prepared instanceof StepResult.Failed failed && !restoring.canBeAsked()
        ? new StepResult.Replan(failed.reason())
        : prepared;
  }

  private StepResult lookAndSave(Restoring restoring) {
    StepResult up = restoring.canBeAsked() ? StepResult.Done.PLAIN : restoring.stopUsers();
    StepResult examined = up instanceof StepResult.Done ? restoring.examine() : up;
    if (!(examined instanceof StepResult.Done) || !restoring.operation().safety()) {
      return examined;
    }
    StepResult stopped = restoring.stopUsers();
    return stopped instanceof StepResult.Done
        ? operations.takeAll(restoring.operation(), data, Saved.Purpose.BEFORE_RESTORE)
        : stopped;
  }

  private Result unprepared(Restoring restoring, StepResult why) {
    if (isTriedAgain(restoring, why)) {
      return Operations.later(String.valueOf(Operations.reason(why)));
    }
    StepResult started = operations.attempt(() -> restoring.startAgain(owed(List.of())));
    return operations.end(
        restoring.operation(),
        "nothing was touched: "
            + Operations.reason(why)
            + (started instanceof StepResult.Done
                ? ""
                : "; what was stopped for it does not run yet: " + Operations.reason(started)));
  }

  private Result serve(Restoring restoring) {
    List<Saved> taken = restoring.taken();
    boolean free = RestoreHolds.frees(memory.read().hold(), taken);
    StepResult served =
        operations.attempt(() -> free ? served(restoring) : restoring.startAgain(owed(taken)));
    if (isTriedAgain(restoring, served)) {
      return Operations.later(String.valueOf(Operations.reason(served)));
    }
    // The release that is kept serves on what was restored: nothing else can be needed any more.
    boolean whole = free && keeps && served instanceof StepResult.Done;
    memory.change(
        m -> {
          Memory restored = RestoreHolds.restored(m, taken);
          return whole ? restored.withUnresolved(null) : restored;
        });
    begin.tidyBackups();
    Operation now = restoring.operation();
    String kept = now.safety() ? "; what was there before is kept as " + now.id() : "";
    String restored =
        "restored "
            + String.join(", ", now.names())
            + " of "
            + now.from()
            + taken.stream().findFirst().map(Restores::from).orElse("")
            + kept
            + stillHeld(memory.read().hold());
    return served instanceof StepResult.Done
        ? operations.succeed(now, restored)
        : operations.end(now, restored + "; but " + Operations.reason(served));
  }

  private StepResult served(Restoring restoring) {
    return keeps ? restoring.serve() : StepResult.Done.PLAIN;
  }

  /** Whose data is still to be restored is not started on it. */
  private List<String> owed(List<Saved> restored) {
    Hold after = RestoreHolds.restored(memory.read(), restored).hold();
    return after == null ? List.of() : after.owed();
  }

  private static String from(Saved taken) {
    return taken.release() == null ? "" : ", taken under release " + taken.release();
  }

  private static String stillHeld(@Nullable Hold hold) {
    if (hold == null) {
      return "";
    }
    String owed = String.join(" and ", hold.owed());
    return hold.endsOnceRestored()
        ? "; the app is held until "
            + owed
            + " are restored, too: `holdfast backups` lists what there is"
        : "; the app is still held by "
            + hold.by()
            + (owed.isEmpty() ? "" : ", and " + owed + " are still to be restored");
  }

  /** A release that is kept on data of which nobody knows what it is would make it worse. */
  private Result broken(Operation operation, @Nullable String reason) {
    String app = work.release().app();
    Hold hold = memory.read().hold();
    boolean isFirst = operation.safety() && hold == null;
    String why =
        "restoring "
            + String.join(", ", operation.names())
            + " of "
            + operation.from()
            + " broke off: "
            + reason
            + ". The services that use the data are stopped. What to do: put right what is named, then "
            + RestoreHolds.commands(app, String.valueOf(operation.from()), operation.names())
            + " again"
            + (isFirst
                ? ", or "
                    + RestoreHolds.commands(app, operation.id(), operation.names())
                    + " for what was there before"
                : "");
    String safe = ports.redactor().redact(why);
    memory.change(m -> RestoreHolds.owing(m, operation.names(), safe, ports.time().now()));
    return operations.end(operation, why);
  }
}
