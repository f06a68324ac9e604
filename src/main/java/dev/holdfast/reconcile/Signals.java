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

  /** The record of a deployment was written anew. */
  default void recorded(DeploymentRecord record) {}

  /** How far a pull is, in bytes of the layers known so far. */
  default void pulling(String app, String image, long current, long total) {}

  /** A pull has come to its end, a good one or not. */
  default void pulled(String app, String image) {}

  /** A command of the deployment has written to its output file. */
  default void wrote(String app, String deployment, String file) {}

  /** A backup stands since then. */
  default void backedUp(String app, String backup, Instant at) {}

  void deploymentBegan(DeploymentRecord record);

  void stepEnded(String app, String deployment, StepRecord step);

  void deploymentEnded(DeploymentRecord record);

  /** Something that must not happen did; the log wants all of it. */
  void defect(String app, RuntimeException defect);

  /** One line for the agent's own log: what was done, or why something was not. */
  void note(String app, String message);
}
