package dev.holdfast.sim;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Signals;
import java.time.Duration;
import java.time.Instant;

/** Nobody listens; only a defect is everybody's business. */
final class Unheard implements Signals {
  @Override
  public void changed(AppView view) {}

  @Override
  public void looked(AppView view, Duration took) {}

  @Override
  public void sourceRead(String app, Instant at) {}

  @Override
  public void problem(String app, String kind, String message) {}

  @Override
  public void driftCorrected(String app, String what) {}

  @Override
  public void deploymentBegan(DeploymentRecord record) {}

  @Override
  public void stepEnded(String app, String deployment, DeploymentRecord.StepRecord step) {}

  @Override
  public void deploymentEnded(DeploymentRecord record) {}

  @Override
  public void defect(String app, RuntimeException defect) {
    throw new AssertionError(app, defect);
  }

  @Override
  public void note(String app, String message) {}
}
