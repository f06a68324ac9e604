package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Memory;
import org.junit.jupiter.api.Test;

class InMemoryStoreTest extends StoreContract {
  @Override
  Store open() {
    return new InMemoryStore();
  }

  @Test
  void aCrashBeforeAWriteLeavesTheOldAndOneAfterItTheNew() {
    InMemoryStore store = new InMemoryStore();
    store.beforeWrite(InMemoryStoreTest::crash);
    assertThatThrownBy(() -> store.saveMemory("shop", Samples.memory(null)))
        .hasMessage("memory shop");
    assertThat(store.memory("shop")).isEqualTo(Memory.EMPTY);

    store.beforeWrite(what -> {}).afterWrite(InMemoryStoreTest::crash);
    assertThatThrownBy(() -> store.saveMemory("shop", Samples.memory(null)))
        .hasMessage("memory shop");
    assertThat(store.memory("shop")).isEqualTo(Samples.memory(null));
  }

  private static void crash(String what) {
    throw new IllegalStateException(what);
  }
}
