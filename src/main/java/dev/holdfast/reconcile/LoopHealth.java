package dev.holdfast.reconcile;

/**
 * Whether the agent does its work, as health and the watchdog ask for it. A broken app is no reason
 * for either to say no.
 */
public interface LoopHealth {
  /** The loop turns: no look at an app is overdue. */
  boolean live();

  /** The engine answers and the first look at every app is done. */
  boolean ready();

  /** One line for people: what is overdue or waited for, or how long ago the last look was. */
  String detail();
}
