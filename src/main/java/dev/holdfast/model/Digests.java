package dev.holdfast.model;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Digests of values that never change, each worked out once and kept as long as the very value
 * lives. A release and its services are asked for theirs at every look at every container, and a
 * record has no place for what follows from it.
 */
final class Digests {
  private final Map<Key, String> known = new ConcurrentHashMap<>();
  private final ReferenceQueue<Object> gone = new ReferenceQueue<>();

  /** Of two threads that ask at once both may work it out; it is the same. */
  String of(Object value, Supplier<String> digest) {
    String found = known.get(new Key(value, null));
    if (found == null) {
      forgetGone();
      found = digest.get();
      known.put(new Key(value, gone), found);
    }
    return found;
  }

  int size() {
    return known.size();
  }

  private void forgetGone() {
    for (Reference<?> old = gone.poll(); old != null; old = gone.poll()) {
      known.remove(old);
    }
  }

  /** The very value, not one that equals it: to compare values would cost what is to be saved. */
  private static final class Key extends WeakReference<Object> {
    private final int hash;

    Key(Object value, @Nullable ReferenceQueue<Object> gone) {
      super(value, gone);
      this.hash = System.identityHashCode(value);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (other == this) {
        return true;
      }
      Object value = get();
      return value != null && other instanceof Key key && key.refersTo(value);
    }
  }
}
