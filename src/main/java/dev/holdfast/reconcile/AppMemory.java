package dev.holdfast.reconcile;

import dev.holdfast.model.Memory;
import dev.holdfast.store.Store;
import java.util.function.UnaryOperator;

/** An app's memory, changed by its attempts and by people's requests: one change at a time, each made on what is stored. */
final class AppMemory {
  private final Store store;
  private final String app;

  AppMemory(Store store, String app) {
    this.store = store;
    this.app = app;
  }

  synchronized Memory read() {
    return store.memory(app);
  }

  synchronized Memory change(UnaryOperator<Memory> change) {
    Memory before = store.memory(app);
    Memory after = change.apply(before);
    if (!after.equals(before)) {
      store.saveMemory(app, after);
    }
    return after;
  }
}
