package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import java.time.Duration;
import java.time.Instant;

/** What metrics, events and logs hear of. Nothing that hears may hold up or fail an attempt. */
public interface Signals {
  /** The view of an app may have changed. */
  void changed(AppView view);

  /** A look at an app was completed. */
  void looked(AppView view, Duration took);

  void sourceRead(String app, Instant at);

  void problem(String app, String kind, String message);

  void driftCorrected(String app, String what);

  void deploymentBegan(DeploymentRecord record);

  void stepEnded(String app, String deployment, StepRecord step);

  void deploymentEnded(DeploymentRecord record);

  /** Something that must not happen did; the log wants all of it. */
  void defect(String app, RuntimeException defect);

  /** One line for the agent's own log: what was done, or why something was not. */
  void note(String app, String message);
}
