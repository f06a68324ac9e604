package dev.holdfast.notify;

import dev.holdfast.notify.Happening.Looked;
import dev.holdfast.notify.Happening.Subject;
import dev.holdfast.notify.Told.Open;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Of troubles that are met at look after look: when one has begun and when it is over.
 *
 * <ol>
 *   <li>It has begun once it was met at two looks, some seconds apart, with none between that
 *       missed it; it is over once it was missed so. A hiccup is neither.
 *   <li>A look that could not look for it neither meets nor misses it.
 *   <li>What the apps share (engine, state) begins with the first of them and is over with the
 *       last.
 *   <li>One that comes and goes is told to begin once in a while only.
 * </ol>
 */
final class Episodes {
  private final Told told;
  private final Pace pace;
  private final Map<Met, Since> met = new HashMap<>();
  private final Map<Met, Since> missed = new HashMap<>();
  private final Map<String, Long> begunAt = new HashMap<>();

  /**
   * @param told whose troubles are kept up to date
   */
  Episodes(Told told, Pace pace) {
    this.told = told;
    this.pace = pace;
  }

  private record Met(String kind, String app) {
    String key() {
      return Told.key(kind, app);
    }
  }

  private record Since(Instant at, long ticks) {}

  /** Something to tell: to {@code notifiers}, that a trouble began or is over. */
  record Change(String kind, boolean began, Instant since, String text, Set<String> notifiers) {}

  List<Change> looked(Looked look, Instant now, long ticks) {
    List<Change> changes = new ArrayList<>();
    Subject subject = look.subject();
    look.troubles()
        .forEach(
            (kind, text) -> {
              Met one = new Met(kind, subject.app());
              missed.remove(one);
              Since since = met.computeIfAbsent(one, key -> new Since(now, ticks));
              if (lasted(since, ticks)) {
                begun(one, since, text, subject, ticks, changes);
              }
            });
    met.keySet().removeIf(one -> one.app().equals(subject.app()) && isMissed(one.kind(), look));
    for (Open open : List.copyOf(told.troubles().values())) {
      Met one = new Met(open.kind(), subject.app());
      if (open.apps().contains(subject.app()) && isMissed(open.kind(), look)) {
        Since since = missed.computeIfAbsent(one, key -> new Since(now, ticks));
        if (lasted(since, ticks)) {
          missed.remove(one);
          without(one, open, changes);
        }
      }
    }
    return changes;
  }

  private static boolean isMissed(String kind, Looked look) {
    return !look.troubles().containsKey(kind) && !look.unknown().contains(kind);
  }

  private boolean lasted(Since since, long ticks) {
    return ticks > since.ticks() && ticks - since.ticks() >= pace.lasting().toNanos();
  }

  private void begun(
      Met one, Since since, String text, Subject subject, long ticks, List<Change> changes) {
    Open open = told.troubles().get(one.key());
    if (open == null) {
      Long before = begunAt.get(one.key());
      if (before != null && ticks - before < pace.quiet().toNanos()) {
        return;
      }
      begunAt.put(one.key(), ticks);
      Set<String> notifiers = subject.notifiers();
      told.troubles().put(one.key(), Open.of(one.kind(), since.at(), one.app(), notifiers));
      changes.add(new Change(one.kind(), true, since.at(), text, notifiers));
      return;
    }
    Set<String> more = new TreeSet<>(subject.notifiers());
    more.removeAll(open.notifiers());
    if (open.apps().contains(one.app()) && more.isEmpty()) {
      return;
    }
    Open grown = new Open(open.kind(), open.since(), open.apps(), open.notifiers());
    grown.apps().add(one.app());
    grown.notifiers().addAll(more);
    told.troubles().put(one.key(), grown);
    if (!more.isEmpty()) {
      changes.add(new Change(one.kind(), true, open.since(), text, more));
    }
  }

  private void without(Met one, Open open, List<Change> changes) {
    Open left = new Open(open.kind(), open.since(), open.apps(), open.notifiers());
    left.apps().remove(one.app());
    if (left.apps().isEmpty()) {
      told.troubles().remove(one.key());
      changes.add(new Change(one.kind(), false, open.since(), "", open.notifiers()));
    } else {
      told.troubles().put(one.key(), left);
    }
  }

  /** What an app had is nobody's any more; an end that nobody will see is not told. */
  void gone(String app) {
    met.keySet().removeIf(one -> one.app().equals(app));
    missed.keySet().removeIf(one -> one.app().equals(app));
    for (Map.Entry<String, Open> entry : List.copyOf(told.troubles().entrySet())) {
      Open open = entry.getValue();
      if (open.apps().contains(app)) {
        Open left = new Open(open.kind(), open.since(), open.apps(), open.notifiers());
        left.apps().remove(app);
        told.troubles().put(entry.getKey(), left);
        if (left.apps().isEmpty()) {
          told.troubles().remove(entry.getKey());
        }
      }
    }
    begunAt.keySet().removeIf(key -> key.endsWith("/" + app));
  }

  static Duration lasted(Instant since, Instant now) {
    return now.isBefore(since) ? Duration.ZERO : Duration.between(since, now);
  }
}
