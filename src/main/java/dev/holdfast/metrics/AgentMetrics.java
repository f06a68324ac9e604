package dev.holdfast.metrics;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Direction;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Signals;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Typed;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The metrics of contract §9 from the signals of the reconciler. Counters of an app begin at its
 * first look with 0, so that rate() sees the first increase; every series of an app ends with the
 * app.
 */
@ApplicationScoped
@Typed(AgentMetrics.class)
public class AgentMetrics implements Signals {
  private static final String APP = "app";
  private static final String OUTCOME = "outcome";
  private final MeterRegistry registry;
  private final Gauges gauges;

  /** Apps whose counters are there. */
  private final Set<String> begun = ConcurrentHashMap.newKeySet();

  AgentMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.gauges = new Gauges(registry);
  }

  @Override
  public void changed(AppView view) {
    gauges.app(view);
    if (!begun.add(view.app())) {
      return;
    }
    rollbacks(view.app());
    drift(view.app());
    for (Status status : Status.values()) {
      if (status != Status.IN_PROGRESS) {
        deployments(view.app(), status);
      }
    }
  }

  @Override
  public void looked(AppView view, Duration took) {
    Timer.builder("holdfast.reconcile.duration")
        .description("Time that looks at an app took, with the deployments they led to.")
        .tag(APP, view.app())
        .register(registry)
        .record(took);
  }

  @Override
  public void sourceRead(String app, Instant at) {
    gauges.set(
        "holdfast_source_last_success_timestamp_seconds",
        "When an app's source was last read.",
        seconds(at),
        APP,
        app);
  }

  @Override
  public void problem(String app, String kind, String message) {
    Counter.builder("holdfast.reconcile.errors")
        .description("Problems that looks at an app met, by kind.")
        .tags(APP, app, "kind", kind)
        .register(registry)
        .increment();
  }

  @Override
  public void driftCorrected(String app, String what) {
    drift(app).increment();
  }

  @Override
  public void deploymentBegan(DeploymentRecord record) {
    // Counted when it ends.
  }

  @Override
  public void stepEnded(String app, String deployment, StepRecord step) {
    Instant ended = step.endedAt();
    if (ended != null) {
      Timer.builder("holdfast.step.duration")
          .description("Time that the steps of deployments took.")
          .tags(APP, app, "step", step.step())
          .register(registry)
          .record(atLeastZero(step.startedAt(), ended));
    }
  }

  @Override
  public void deploymentEnded(DeploymentRecord record) {
    Instant ended = Objects.requireNonNullElse(record.endedAt(), record.timestamp());
    String outcome = record.status().text();
    deployments(record.app(), record.status()).increment();
    // What it waited for a person or a window says nothing of how long a rollout takes.
    duration(record.app(), outcome)
        .record(atLeastZero(record.timestamp().plus(record.waited()), ended));
    gauges.set(
        "holdfast_last_deployment_timestamp_seconds",
        "When the last deployment with this outcome ended.",
        seconds(ended),
        APP,
        record.app(),
        OUTCOME,
        outcome);
    record
        .gaps()
        .forEach(
            (service, gap) ->
                gauges.set(
                    "holdfast_update_gap_seconds",
                    "How long nothing of a service answered during its last update.",
                    gap.milliseconds() / 1000.0,
                    APP,
                    record.app(),
                    "service",
                    service));
    if (record.direction() == Direction.BACK) {
      rollbacks(record.app()).increment();
    }
    leadTime(record, ended);
  }

  @Override
  public void defect(String app, RuntimeException defect) {
    problem(app, "internal", String.valueOf(defect.getMessage()));
  }

  @Override
  public void note(String app, String message) {
    // For the log alone.
  }

  /** A registry answered with a status code, or {@code error} where it did not. */
  public void registryRequest(String host, String code) {
    Counter.builder("holdfast.registry.requests")
        .description("Requests to registries, by status code; error: no answer.")
        .tags("registry", host, "code", code)
        .register(registry)
        .increment();
  }

  /** {@code outcome}: sent, failed (a try; the message is kept) or dropped. */
  public void notification(String notifier, String outcome) {
    Counter.builder("holdfast.notifications")
        .description("Messages to notifiers: sent, tries that failed, and dropped ones.")
        .tags("notifier", notifier, OUTCOME, outcome)
        .register(registry)
        .increment();
  }

  public void notificationsWaiting(String notifier, int messages) {
    gauges.set(
        "holdfast_notifications_waiting",
        "Messages in the outbox that a notifier has not taken yet.",
        messages,
        "notifier",
        notifier);
  }

  /** {@code cause}: hook, engine or file. */
  public void wakeUp(String app, String cause) {
    Counter.builder("holdfast.wakeups")
        .description("Looks at an app that were asked for before their time, by what asked.")
        .tags(APP, app, "cause", cause)
        .register(registry)
        .increment();
  }

  public void backupSucceeded(String app, String backup, Instant at) {
    gauges.set(
        "holdfast_backup_last_success_timestamp_seconds",
        "When a backup last succeeded.",
        seconds(at),
        APP,
        app,
        "backup",
        backup);
  }

  /** The app is not in agent.yaml any more: nothing of it is shown from now on. */
  public void appGone(String app) {
    begun.remove(app);
    gauges.gone(app);
    registry.getMeters().stream()
        .filter(meter -> meter.getId().getName().startsWith("holdfast."))
        .filter(meter -> app.equals(meter.getId().getTag(APP)))
        .forEach(registry::remove);
  }

  private void leadTime(DeploymentRecord record, Instant ended) {
    Instant commit = record.commitTime();
    boolean confirmed = record.status() == Status.SUCCEEDED || record.status() == Status.DEGRADED;
    if (commit != null && confirmed && record.kind() == Kind.DEPLOY) {
      gauges.set(
          "holdfast_lead_time_seconds",
          "From the commit's time to confirmed, of the last confirmed deployment.",
          atLeastZero(commit, ended).toMillis() / 1000.0,
          APP,
          record.app());
    }
  }

  private Timer duration(String app, String outcome) {
    return Timer.builder("holdfast.deployment.duration")
        .description("Time from the beginning of deployments to their end.")
        .tags(APP, app, OUTCOME, outcome)
        .serviceLevelObjectives(Buckets.deployments())
        .register(registry);
  }

  private Counter deployments(String app, Status status) {
    return Counter.builder("holdfast.deployments")
        .description("Deployments that ended, by outcome.")
        .tags(APP, app, OUTCOME, status.text())
        .register(registry);
  }

  private Counter rollbacks(String app) {
    return Counter.builder("holdfast.rollbacks")
        .description("Deployments that turned back.")
        .tag(APP, app)
        .register(registry);
  }

  private Counter drift(String app) {
    return Counter.builder("holdfast.drift.corrected")
        .description("Containers put back between deployments because they had been changed.")
        .tag(APP, app)
        .register(registry);
  }

  private static Duration atLeastZero(Instant from, Instant to) {
    // A clock that was set back must not throw away the measurement.
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  private static double seconds(Instant at) {
    return at.toEpochMilli() / 1000.0;
  }
}
