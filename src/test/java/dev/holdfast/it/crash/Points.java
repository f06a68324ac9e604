package dev.holdfast.it.crash;

import dev.holdfast.it.crash.Point.Kind;
import dev.holdfast.it.crash.Point.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The places of a scenario: those that every run without a death counted, then further ones until
 * one is not reached, so that a count that was too low hides nothing. One that was counted and not
 * reached is tried again.
 *
 * <p>What one write or call leaves on disk and on the engine is what the next one finds, so a death
 * after the one is a death before the other. Without {@code -Dholdfast.places=all} each such state
 * is met once: before every write (which leaves its temporary file behind too), before every call,
 * and after the last of each.
 */
final class Points {
  private static final int TRIES = 3;

  /** {@code -Dholdfast.from=N} leaves out the places before the N-th of each kind. */
  private static final int FROM = Integer.getInteger("holdfast.from", 1);

  private static final boolean ALL = "all".equals(System.getProperty("holdfast.places"));

  private final Map<Kind, Integer> counted;
  private final Deque<Point> queue = new ArrayDeque<>();
  private final Map<Point, Integer> missed = new java.util.HashMap<>();
  private final Set<Point> reached = new LinkedHashSet<>();
  private final List<Point> given = new ArrayList<>();
  private int expected;

  Points(int writes, int calls) {
    counted = new EnumMap<>(Map.of(Kind.WRITE, writes, Kind.CALL, calls));
    for (int number = FROM; number <= Math.max(writes, calls) + 1; number++) {
      for (Kind kind : Kind.values()) {
        for (Moment moment : Moment.values()) {
          Point point = new Point(kind, moment, number);
          if (number <= counted.get(kind) + 1 && isDistinct(point)) {
            queue.add(point);
            expected += number <= counted.get(kind) ? 1 : 0;
          }
        }
      }
    }
  }

  private boolean isDistinct(Point point) {
    return ALL || point.moment() == Moment.BEFORE || point.number() >= counted.get(point.kind());
  }

  @Nullable Point next() {
    return queue.poll();
  }

  void came(Point point, boolean wasReached) {
    boolean wasCounted = point.number() <= counted.get(point.kind());
    if (wasReached) {
      reached.add(point);
      if (!wasCounted) {
        queue.add(new Point(point.kind(), point.moment(), point.number() + 1));
      }
    } else if (wasCounted) {
      int times = missed.merge(point, 1, Integer::sum);
      Optional<Point> again = times < TRIES ? Optional.of(point) : Optional.empty();
      again.ifPresentOrElse(queue::add, () -> given.add(point));
    }
  }

  /** How many there must be. */
  int expected() {
    return expected;
  }

  int reached() {
    return reached.size();
  }

  /** Counted, tried several times, and never reached. */
  List<Point> neverReached() {
    return List.copyOf(given);
  }
}
