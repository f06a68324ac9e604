package dev.holdfast.report;

import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.DeploymentRecord.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The four figures of delivery (dora.dev) of one app, or of all together, over the last days. What
 * touched nothing ({@code failed}, {@code superseded}) counts nowhere: nobody was served worse for
 * it.
 *
 * @param app null: all of the server
 * @param deployments releases that were confirmed
 * @param leadTimeSeconds from the commit in the deploy repository to confirmed, the median
 * @param failures new releases that were rolled back, could not be, ended degraded, or that a
 *     person went back from afterwards
 * @param changeFailureRate their share of all new releases that touched the app
 * @param restoreSeconds from the moment such a release began to change the app until a good one was
 *     confirmed or the old one was back, the median
 * @param unrestored those of them after which nothing good has come yet
 */
public record Dora(
    int days,
    @Nullable String app,
    int deployments,
    double deploymentsPerWeek,
    @Nullable Long leadTimeSeconds,
    int failures,
    @Nullable Double changeFailureRate,
    @Nullable Long restoreSeconds,
    int unrestored) {
  /** The windows that are shown. */
  public static final List<Integer> WINDOWS = List.of(30, 90);

  private static final double DAYS_OF_A_WEEK = 7;
  private static final int LONGEST_WAIT_DAYS = 30;

  /** What the figures of this moment need; a deployment counts from its end and may have waited. */
  public static Instant since(Instant now) {
    return now.minus(Duration.ofDays(WINDOWS.getLast() + LONGEST_WAIT_DAYS));
  }

  /** Of all together first, then of each app by its name, for each window. */
  public static List<Dora> all(Collection<Change> changes, Instant now) {
    Map<String, List<Change>> apps = byApp(changes);
    List<Dora> figures = new ArrayList<>();
    for (int days : WINDOWS) {
      figures.add(of(null, changes, days, now));
      apps.forEach((app, own) -> figures.add(of(app, own, days, now)));
    }
    return List.copyOf(figures);
  }

  /**
   * @param changes of one app or of several; those before the window do no harm
   */
  public static Dora of(@Nullable String app, Collection<Change> changes, int days, Instant now) {
    Instant from = now.minus(Duration.ofDays(days));
    List<Change> delivered =
        changes.stream()
            .filter(change -> change.isDelivery() && !change.ended().isBefore(from))
            .toList();
    List<Change> live = delivered.stream().filter(Change::isLive).toList();
    List<Trouble> troubles =
        byApp(changes).values().stream()
            .flatMap(own -> Trouble.of(own).stream())
            .filter(trouble -> delivered.contains(trouble.change()))
            .toList();
    return new Dora(
        days,
        app,
        live.size(),
        live.size() * DAYS_OF_A_WEEK / days,
        median(live.stream().map(Dora::leadTime).toList()),
        troubles.size(),
        delivered.isEmpty() ? null : (double) troubles.size() / delivered.size(),
        median(troubles.stream().map(Trouble::lasted).toList()),
        (int) troubles.stream().filter(trouble -> trouble.restored() == null).count());
  }

  /** Each app's in the order in which they began. */
  private static Map<String, List<Change>> byApp(Collection<Change> changes) {
    return changes.stream()
        .sorted(Comparator.comparing(Change::began).thenComparing(Change::ended))
        .collect(Collectors.groupingBy(Change::app, TreeMap::new, Collectors.toList()));
  }

  private static @Nullable Duration leadTime(Change change) {
    return change.committed() == null ? null : between(change.committed(), change.ended());
  }

  /** A clock that was set back makes no time negative. */
  private static Duration between(Instant from, Instant to) {
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  private static @Nullable Long median(List<@Nullable Duration> times) {
    List<Duration> known = new ArrayList<>();
    times.forEach(
        time -> {
          if (time != null) {
            known.add(time);
          }
        });
    if (known.isEmpty()) {
      return null;
    }
    known.sort(Comparator.naturalOrder());
    Duration upper = known.get(known.size() / 2);
    Duration lower = known.get((known.size() - 1) / 2);
    return lower.plus(upper).dividedBy(2).toSeconds();
  }

  /**
   * A release that was bad.
   *
   * @param restored when the app was well again; null: not yet
   */
  private record Trouble(Change change, @Nullable Instant restored) {
    /** Of one app, in order. */
    static List<Trouble> of(List<Change> changes) {
      List<Trouble> troubles = new ArrayList<>();
      for (int i = 0; i < changes.size(); i++) {
        Change change = changes.get(i);
        List<Change> later = changes.subList(i + 1, changes.size());
        if (change.isDelivery() && isBad(change, later)) {
          troubles.add(new Trouble(change, restored(change, later)));
        }
      }
      return troubles;
    }

    private static boolean isBad(Change change, List<Change> later) {
      return change.status() != Status.SUCCEEDED || wasLeft(change, later);
    }

    /** A person went back from it, before anything else took its place. */
    private static boolean wasLeft(Change change, List<Change> later) {
      return later.stream()
          .filter(next -> next.isLive() || next.isUndone())
          .findFirst()
          .filter(next -> next.kind() == Kind.ROLLBACK)
          .filter(next -> change.release().equals(next.previousRelease()))
          .isPresent();
    }

    private static @Nullable Instant restored(Change change, List<Change> later) {
      return change.status() == Status.ROLLED_BACK
          ? change.ended()
          : later.stream()
              .filter(next -> next.status() == Status.SUCCEEDED)
              .map(Change::ended)
              .findFirst()
              .orElse(null);
    }

    @Nullable Duration lasted() {
      Instant from = change.served() == null ? change.began() : change.served();
      return restored == null ? null : between(from, restored);
    }
  }
}
