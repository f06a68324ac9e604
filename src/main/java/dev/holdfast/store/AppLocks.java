package dev.holdfast.store;

import java.util.stream.Stream;

/** What keeps two threads from the same files of an app; a few apps may share one. */
final class AppLocks {
  private static final int LOCKS = 64;

  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  Object of(String app) {
    return locks[Math.floorMod(app.hashCode(), LOCKS)];
  }
}
