package dev.holdfast.sim;

/** The agent's death: nothing catches it, as nothing catches kill -9. */
final class Crash extends Error {
  Crash(String where) {
    super(where, null, false, false);
  }
}
