package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  /** Newest first, over all apps where {@code app} is null. */
  List<DeploymentRecord> deployments(@Nullable String app, int limit);

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

  /** A request that cannot be carried out, with what to do instead. */
  final class Refused extends RuntimeException {
    public Refused(String message) {
      super(message);
    }
  }

  /**
   * @param changes whether anything would be done
   * @param problems why nothing can be planned: a source that cannot be read, a file that is wrong,
   *     a registry that does not answer
   */
  record Diff(
      String app,
      @Nullable String release,
      @Nullable String from,
      boolean changes,
      List<Step> steps,
      List<String> notes,
      List<String> problems) {
    /** One step of the plan: {@code what} is done to {@code service}, and the cause. */
    public record Step(String step, @Nullable String service, String what, String cause) {}
  }
}
