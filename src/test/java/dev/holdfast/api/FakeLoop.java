package dev.holdfast.api;

import dev.holdfast.reconcile.Loop;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;

/** A loop that knows whether it was started. */
@Alternative
@Priority(1)
@ApplicationScoped
public class FakeLoop implements Loop {
  private boolean turning;

  @Override
  public synchronized void start() {
    turning = true;
  }

  @Override
  public synchronized boolean once() {
    return !turning;
  }
}
