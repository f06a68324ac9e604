package dev.holdfast.reconcile;

/**
 * The turning of all apps. Nothing turns before one of these is called; a stop comes with the end
 * of the process.
 */
public interface Loop {
  /** Begins, and returns at once. */
  void start();

  /**
   * Reconciles every app once to its end.
   *
   * @return whether each app is at its desired release now
   */
  boolean once();
}
