package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.HealthCheck;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Step;
import dev.holdfast.rollout.Decision;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Carries out the steps that ask whether services are healthy, and says so in the record. */
final class HealthSteps {
  private static final int TAIL = 50;

  private final AppPorts ports;
  private final Release release;
  private final @Nullable Release previous;
  private final @Nullable Journal journal;
  private final HealthWait health;
  private final HealthWatch watch;

  HealthSteps(AppPorts ports, Work work, @Nullable Journal journal, HealthWait health) {
    this.ports = ports;
    this.release = work.release();
    this.previous = work.previous();
    this.journal = journal;
    this.health = health;
    this.watch = new HealthWatch(ports, work, health);
  }

  StepResult probe(Step.Probe step) {
    Decision decision = new Decision.Healthy("no container of it is wanted");
    for (HealthSubject subject : subjects(step.service())) {
      decision = health.until(subject);
      if (!(decision instanceof Decision.Healthy)) {
        break;
      }
    }
    if (!goesBack() && !(decision instanceof Decision.Undecidable)) {
      note(
          step.service(),
          decision instanceof Decision.Healthy ? HealthCheck.HEALTHY : HealthCheck.UNHEALTHY);
    }
    return result(step.service(), decision);
  }

  private List<HealthSubject> subjects(String service) {
    return journal != null && goesBack()
        ? List.of(HealthSubject.putBack(service, journal.record(), previous))
        : health.subjects().all(service);
  }

  /**
   * The record's health checks are the new release's; how the old one does stands with the rollback
   * step.
   */
  private boolean goesBack() {
    return journal != null && journal.record().direction() == Direction.BACK;
  }

  StepResult ready(Step.Ready step, String id) {
    Release of = goesBack() ? previous : release;
    Decision decision = health.until(HealthSubject.container(step.service(), id, of));
    if (!goesBack() && decision instanceof Decision.Failed) {
      note(step.service(), HealthCheck.UNHEALTHY);
    }
    return result(step.service(), decision);
  }

  StepResult monitor(Step.Monitor step) {
    HealthWatch.Watched watched = watch.monitor(step);
    note(watched);
    return result(watched.service(), watched.decision());
  }

  StepResult watch(Step.Watch step) {
    HealthWatch.Watched watched = watch.watch(step.services(), step.duration());
    note(watched);
    return result(watched.service(), watched.decision());
  }

  /** A line in its log, or a figure about it, does not make it unhealthy. */
  private void note(HealthWatch.Watched watched) {
    if (watched.service() != null && watched.unhealthy()) {
      note(watched.service(), HealthCheck.UNHEALTHY);
    }
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
      case Decision.Undecidable undecidable -> {
        ports.signals().problem(release.app(), "network", undecidable.reason());
        yield new StepResult.Suspended(
            service == null
                ? undecidable.reason()
                : service + " cannot be judged: " + undecidable.reason());
      }
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
          : health.now(service).map(c -> ports.engine().logTail(c.id(), TAIL)).orElse(List.of());
    } catch (EngineException e) {
      return List.of("(its log could not be read: " + EngineCalls.message(e) + ")");
    }
  }
}
