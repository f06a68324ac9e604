package dev.holdfast.it.crash;

import java.util.Locale;

/**
 * Where the agent is to die in an app's deployment: before or after its n-th durable write or
 * changing engine call.
 */
record Point(Kind kind, Moment moment, int number) {
  enum Kind {
    /** A rename in the app's folder of the state directory. */
    WRITE,
    /** Whatever changes something on the engine. */
    CALL
  }

  enum Moment {
    /** The write has its temporary file and no name; the engine never hears of the call. */
    BEFORE,
    /** The file has its name; the engine has done it, and the agent has no answer. */
    AFTER
  }

  @Override
  public String toString() {
    return (moment + " " + kind).toLowerCase(Locale.ROOT) + " " + number;
  }
}
