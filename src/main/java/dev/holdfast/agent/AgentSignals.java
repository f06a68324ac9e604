package dev.holdfast.agent;

import dev.holdfast.api.Events;
import dev.holdfast.api.Pulls;
import dev.holdfast.api.Pulls.Pull;
import dev.holdfast.metrics.AgentMetrics;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Signals;
import dev.holdfast.store.Redactor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Tells metrics, listeners and the log. The log hears of changes, not of each look; nothing that
 * fails here reaches an attempt.
 */
final class AgentSignals implements Signals {
  private static final Logger LOG = Logger.getLogger("holdfast");
  private static final int LONGEST = 1000;

  private final AgentMetrics metrics;
  private final Events events;
  private final Pulls pulls;
  private final Redactor redactor;
  private final Notices notices;
  private final Wakes wakes;
  private final Map<String, String> phases = new ConcurrentHashMap<>();
  private final Map<String, AppView> shown = new ConcurrentHashMap<>();
  private final Map<String, String> problems = new ConcurrentHashMap<>();

  AgentSignals(
      AgentMetrics metrics,
      Events events,
      Pulls pulls,
      Redactor redactor,
      Notices notices,
      Wakes wakes) {
    this.metrics = metrics;
    this.events = events;
    this.pulls = pulls;
    this.redactor = redactor;
    this.notices = notices;
    this.wakes = wakes;
  }

  @Override
  public void changed(AppView view) {
    guarded(() -> metrics.changed(view));
    if (!view.equals(shown.put(view.app(), view))) {
      guarded(() -> events.changed(view));
    }
    String phase = view.phase() + (view.reason() == null ? "" : ": " + view.reason());
    if (!phase.equals(phases.put(view.app(), phase))) {
      info(view.app(), phase);
    }
  }

  @Override
  public void looked(AppView view, Duration took) {
    guarded(() -> metrics.looked(view, took));
    guarded(() -> notices.looked(view));
    guarded(() -> wakes.looked(view.app()));
    if (view.source().error() == null) {
      problems.remove(view.app());
    }
  }

  @Override
  public void sourceRead(String app, Instant at) {
    guarded(() -> metrics.sourceRead(app, at));
  }

  @Override
  public void problem(String app, String kind, String message) {
    guarded(() -> metrics.problem(app, kind, message));
    guarded(() -> notices.problem(app, kind, message));
    if (!message.equals(problems.put(app, message))) {
      LOG.warnf("%s: %s: %s", app, kind, line(message));
    }
  }

  @Override
  public void driftCorrected(String app, String what) {
    guarded(() -> metrics.driftCorrected(app, what));
  }

  @Override
  public void recorded(DeploymentRecord record) {
    guarded(() -> events.changed(record));
  }

  @Override
  public void pulling(String app, String image, long current, long total) {
    guarded(() -> pulls.at(new Pull(app, image, current, total)));
  }

  @Override
  public void pulled(String app, String image) {
    guarded(() -> pulls.ended(app, image));
  }

  @Override
  public void wrote(String app, String deployment, String file) {
    guarded(() -> events.wrote(app, deployment, file));
  }

  @Override
  public void backedUp(String app, String backup, Instant at) {
    guarded(() -> metrics.backupSucceeded(app, backup, at));
  }

  @Override
  public void deploymentBegan(DeploymentRecord record) {
    info(
        record.app(),
        "deployment "
            + record.deploymentId()
            + " of release "
            + record.release()
            + " begins, because "
            + record.cause());
    guarded(() -> events.changed(record));
    guarded(() -> notices.deployment(record));
  }

  @Override
  public void stepEnded(String app, String deployment, StepRecord step) {
    guarded(() -> metrics.stepEnded(app, deployment, step));
    String what = step.step() + (step.service() == null ? "" : " " + step.service());
    String message = Objects.requireNonNullElse(step.message(), "");
    if (step.status() == StepStatus.FAILED) {
      LOG.warnf("%s: %s failed: %s", app, what, line(message));
    } else {
      info(
          app,
          what
              + " "
              + step.status().name().toLowerCase(Locale.ROOT)
              + (message.isEmpty() ? "" : ": " + message));
    }
  }

  @Override
  public void deploymentEnded(DeploymentRecord record) {
    guarded(() -> metrics.deploymentEnded(record));
    guarded(() -> events.changed(record));
    guarded(() -> notices.deployment(record));
    info(record.app(), "deployment " + record.deploymentId() + " " + record.status().text());
  }

  @Override
  public void defect(String app, RuntimeException defect) {
    guarded(() -> metrics.defect(app, defect));
    guarded(() -> notices.problem(app, "internal", String.valueOf(defect)));
    StringWriter trace = new StringWriter();
    defect.printStackTrace(new PrintWriter(trace));
    LOG.errorf(
        "%s: a defect of the agent; please report it: %s", app, redactor.redact(trace.toString()));
  }

  @Override
  public void note(String app, String message) {
    info(app, message);
  }

  void registryAsked(String registry, int status) {
    guarded(
        () -> metrics.registryRequest(registry, status == 0 ? "error" : Integer.toString(status)));
  }

  void appGone(String app) {
    guarded(() -> metrics.appGone(app));
    guarded(() -> notices.appGone(app));
    guarded(() -> wakes.appGone(app));
    phases.remove(app);
    shown.remove(app);
    problems.remove(app);
  }

  private void info(String app, String message) {
    LOG.infof("%s: %s", app, line(message));
  }

  /**
   * What came from a container, a commit or a registry must not make lines of its own in the log.
   */
  private String line(String message) {
    String safe = redactor.redact(message).replaceAll("\\p{Cntrl}+", " | ");
    return safe.length() > LONGEST ? safe.substring(0, LONGEST) + " …" : safe;
  }

  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      LOG.warn("could not pass on a signal", e);
    }
  }
}
