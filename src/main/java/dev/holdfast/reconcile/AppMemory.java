package dev.holdfast.reconcile;

import dev.holdfast.model.Memory;
import dev.holdfast.store.Store;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * An app's memory, changed by its attempts and by people's requests: one change at a time, each
 * made on what is stored.
 */
public final class AppMemory {
  /** Whoever changes an app's memory, each with a view of its own, waits for the others. */
  private static final Map<String, Object> LOCKS = new ConcurrentHashMap<>();

  private final Object lock;
  private final Store store;
  private final String app;

  public AppMemory(Store store, String app) {
    this.store = store;
    this.app = app;
    this.lock = LOCKS.computeIfAbsent(app, name -> new Object());
  }

  public Memory read() {
    synchronized (lock) {
      return store.memory(app);
    }
  }

  public Memory change(UnaryOperator<Memory> change) {
    synchronized (lock) {
      Memory before = store.memory(app);
      Memory after = change.apply(before);
      if (!after.equals(before)) {
        store.saveMemory(app, after);
      }
      return after;
    }
  }
}
