package dev.holdfast.reconcile;

import dev.holdfast.model.Memory;
import dev.holdfast.store.Store;
import java.util.function.UnaryOperator;

/**
 * An app's memory, changed by its attempts and by people's requests: one change at a time, each
 * made on what is stored.
 */
public final class AppMemory {
  private final Store store;
  private final String app;

  public AppMemory(Store store, String app) {
    this.store = store;
    this.app = app;
  }

  public synchronized Memory read() {
    return store.memory(app);
  }

  public synchronized Memory change(UnaryOperator<Memory> change) {
    Memory before = store.memory(app);
    Memory after = change.apply(before);
    if (!after.equals(before)) {
      store.saveMemory(app, after);
    }
    return after;
  }
}
