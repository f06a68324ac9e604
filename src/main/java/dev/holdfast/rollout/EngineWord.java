package dev.holdfast.rollout;

import dev.holdfast.model.Checkup;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the engine's own healthcheck is worth, from the samples of one life of a container:
 *
 * <ol>
 *   <li>Its yes and no count while it goes on checking.
 *   <li>Where its last runs got no answer at all, because it could not run the command, its no is
 *       none (moby#41410).
 *   <li>Where it has stopped checking, its word counts no more; what the same command says when the
 *       agent runs it counts in its place.
 * </ol>
 */
final class EngineWord {
  private EngineWord() {}

  static Decision of(List<Sample> samples, ObservedContainer container) {
    Sample last = samples.getLast();
    if (container.health() == Health.NONE) {
      return new Decision.Healthy("it has no healthcheck");
    }
    if (last.frozen()) {
      return standIn(samples, container, Objects.requireNonNull(last.checkup()));
    }
    return switch (container.health()) {
      case NONE, HEALTHY -> new Decision.Healthy("its healthcheck passes");
      case STARTING -> new Decision.Waiting("its healthcheck has not passed yet" + cannot(last));
      case UNHEALTHY -> unhealthy(last);
    };
  }

  /** The engine cannot put its question, which says nothing of the service. */
  static boolean isMute(Sample last) {
    return last.checkup() != null && !last.frozen() && last.checkup().isEnginesTrouble();
  }

  private static Decision unhealthy(Sample last) {
    String cannotRun = last.checkup() == null ? null : last.checkup().cannotRun();
    return cannotRun == null
        ? new Decision.Failed("its healthcheck fails" + said(last.checkup()))
        : new Decision.Waiting("the engine cannot run its healthcheck: " + cannotRun);
  }

  private static String cannot(Sample last) {
    String reason = last.checkup() == null ? null : last.checkup().cannotRun();
    return reason == null ? "" : "; the engine cannot run it: " + reason;
  }

  private static String said(@Nullable Checkup checkup) {
    if (checkup == null || checkup.runs().isEmpty()) {
      return "";
    }
    String line =
        checkup.runs().getLast().output().lines().map(String::strip).findFirst().orElse("");
    return line.isEmpty() ? "" : ": " + (line.length() > 200 ? line.substring(0, 200) + "…" : line);
  }

  private static Decision standIn(
      List<Sample> samples, ObservedContainer container, Checkup checkup) {
    String frozen = "the engine has stopped running its healthcheck";
    Answer last = new Answer.NotAsked();
    int refused = 0;
    for (Sample sample : samples) {
      if (!HealthDecision.isOfThisLife(sample, container)) {
        continue;
      }
      last = sample.stoodIn() instanceof Answer.NotAsked ? last : sample.stoodIn();
      refused =
          switch (sample.stoodIn()) {
            case Answer.No no -> refused + 1;
            case Answer.Yes yes -> 0;
            case Answer.NotAsked none -> refused;
            case Answer.Unasked unasked -> refused;
          };
    }
    return switch (last) {
      case Answer.Yes yes ->
          new Decision.Healthy(frozen + ", and it passes when the agent runs it");
      case Answer.No no ->
          refused >= Math.max(checkup.retries(), 1)
              ? new Decision.Failed(
                  frozen + ", and it fails when the agent runs it: " + no.reason())
              : new Decision.Waiting(frozen + ", and it fails when the agent runs it");
      case Answer.Unasked unasked ->
          new Decision.Waiting(frozen + ", and the agent cannot run it: " + unasked.reason());
      case Answer.NotAsked none -> new Decision.Waiting(frozen);
    };
  }
}
