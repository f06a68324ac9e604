package dev.holdfast.reconcile;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.report.Change;
import dev.holdfast.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What people and programs may ask of the agent, whatever way they come in. Reading never waits for
 * a deployment; each request to do something is noted durably, wakes the app's loop and returns at
 * once.
 */
public interface Apps {
  List<AppView> all();

  Optional<AppView> find(String app);

  /**
   * What the agent would do now, step by step, and why. Looks at source, registry and engine anew;
   * touches nothing.
   */
  Diff diff(String app);

  /** Look now. */
  void sync(String app);

  /**
   * Look now, and roll out what is desired then through a closed window or a freeze.
   *
   * @param reason for the record
   */
  void syncNow(String app, String reason, String by);

  /**
   * Lets the release that waits for approval go on; said twice it is said once.
   *
   * @param release null: the one that waits
   * @throws Refused when that one does not wait
   */
  void approve(String app, @Nullable String release, String by);

  /**
   * Ends the release that waits, also one that was approved and waits for its window.
   *
   * @throws Refused when that one does not wait
   */
  void reject(String app, @Nullable String release, @Nullable String reason, String by);

  void hold(String app, @Nullable String reason, String by);

  /** Ends a hold and a manual rollback. */
  void resume(String app, String by);

  /** Lets the releases in quarantine be tried again. */
  void retry(String app, String by);

  /**
   * Rolls back to a confirmed release and holds the app there until {@code resume}.
   *
   * @param release null: the last good one before the present one
   * @throws Refused when there is none, or the one named is not kept
   */
  void rollback(String app, @Nullable String release, String by);

  /** The backups of an app that stand, and what a person asked for last. */
  Data data(String app);

  /**
   * Takes backups now, or once the deployment in progress is over.
   *
   * @param name null: each that the release has
   * @throws Refused where there is none, or another request is not over
   */
  void backup(String app, @Nullable String name, String by);

  /**
   * Restores backups, as soon as nothing else is going on with the app.
   *
   * @throws Refused where there is none, or it cannot be restored by the agent, or the release that
   *     runs does not fit it
   */
  void restore(String app, Wish wish, String by);

  /**
   * What is to be restored.
   *
   * @param id of those that stand, or {@code latest}
   * @param name null: each of that id
   * @param safety whether what is there is saved first
   * @param olderSchema whether data of before the migrations of the release that runs will do
   */
  record Wish(String id, @Nullable String name, boolean safety, boolean olderSchema) {}

  /**
   * Lets somebody sit at a container of a service, made for it and removed afterwards. Returns once
   * that is over; interrupting the thread ends it.
   *
   * @throws Refused where there is no such service or release, or too many are open
   */
  ShellEnd shell(String app, ShellWish wish, Seat seat, String by);

  /**
   * Asks the tools what the migrations of the release to come would apply, or of the one that runs
   * where that is the desired one; nothing is changed. Takes as long as they do.
   *
   * @param pull whether an image that is not here yet is pulled for it
   * @throws Refused where no release is known
   */
  MigrationAnswers migrations(String app, boolean pull, String by);

  /**
   * @param operation what a person asked for last, or null
   * @param backups newest first
   * @param latest the id that {@code latest} means, or null
   * @param olderSchema ids of before the migrations of the release that runs
   */
  record Data(
      @Nullable Operation operation,
      List<Saved> backups,
      @Nullable String latest,
      Set<String> olderSchema) {
    public Data {
      backups = List.copyOf(backups);
      olderSchema = Set.copyOf(olderSchema);
    }
  }

  /** Newest first, over all apps where {@code app} is null. */
  List<DeploymentRecord> deployments(@Nullable String app, int limit);

  /** Those of all apps that ended, and began since then; for figures over months. */
  List<Change> changes(Instant since);

  Optional<DeploymentRecord> deployment(String id);

  Store.LogPage log(String deployment, long offset);

  /** An output file of the deployment, such as {@code migrate-api.log}. */
  Optional<String> output(String deployment, String file);

  /** The newest lines of its log, oldest first, out of the last so many bytes. */
  List<Store.LogLine> logTail(String deployment, int maxBytes);

  /** The end of such a file; what is left out is said. */
  Optional<String> outputTail(String deployment, String file, int maxBytes);

  /**
   * What the running containers of an app take, by container id: asked of the engine when somebody
   * wants to know, at most every few seconds, and never waited for long.
   */
  Map<String, Taken> usage(String app);

  /**
   * @param processor share of one core, 1.5 for one and a half; null where it is not known yet
   */
  record Taken(@Nullable Double processor, long memoryBytes) {}

  /** What a request needs does not answer now. */
  final class Away extends RuntimeException {
    public Away(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /** A request that cannot be carried out, with what to do instead. */
  final class Refused extends RuntimeException {
    public Refused(String message) {
      super(message);
    }
  }

  /**
   * @param changes whether anything would be done
   * @param held whether a hold keeps all of it back until {@code resume}
   * @param problems why nothing can be planned: a source that cannot be read, a file that is wrong,
   *     a registry that does not answer
   */
  record Diff(
      String app,
      @Nullable String release,
      @Nullable String from,
      boolean changes,
      boolean held,
      List<Step> steps,
      List<String> notes,
      List<String> problems) {
    /** One step of the plan: {@code what} is done to {@code service}, and the cause. */
    public record Step(String step, @Nullable String service, String what, String cause) {}

    Diff asHeld() {
      return new Diff(app, release, from, changes, true, steps, notes, problems);
    }

    /** With this note before the others. */
    Diff noted(String note) {
      List<String> all = new ArrayList<>(List.of(note));
      all.addAll(notes);
      return new Diff(app, release, from, changes, held, steps, all, problems);
    }
  }
}
