package dev.holdfast.reconcile;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The next look of an app that something asked for before its time: when it is, and for whom. */
final class WokenLook {
  private final Map<Wake, WakePace> paces = new EnumMap<>(Wake.class);
  private @Nullable Wake cause;
  private long at;

  /**
   * One that is asked for already is not asked for twice, and an earlier one replaces a later: what
   * the engine asked for too often may be half a minute away, and a hook does not wait for it.
   *
   * @return whether this brought a look that nothing else had asked for so early
   */
  boolean ask(Wake wanted, long now) {
    if (wanted == cause) {
      return false;
    }
    WakePace pace = paces.computeIfAbsent(wanted, key -> new WakePace(key, now));
    long admitted = pace.next(now);
    if (cause != null && admitted - at >= 0) {
      return false;
    }
    pace.take();
    cause = wanted;
    at = admitted;
    return true;
  }

  boolean isDue(long now) {
    return cause != null && now - at >= 0;
  }

  /** The look begins. */
  void clear() {
    cause = null;
  }
}
