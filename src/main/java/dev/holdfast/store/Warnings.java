package dev.holdfast.store;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Tells each warning once; remembers the last ones only, so that it stays small in an agent that
 * runs for years.
 */
final class Warnings {
  private static final int REMEMBERED = 1_000;
  private final Set<String> told = new LinkedHashSet<>();
  private final Consumer<String> to;

  Warnings(Consumer<String> to) {
    this.to = to;
  }

  void warn(String message) {
    if (isNew(message)) {
      to.accept(message);
    }
  }

  private synchronized boolean isNew(String message) {
    if (told.size() >= REMEMBERED) {
      told.remove(told.iterator().next());
    }
    return told.add(message);
  }
}
