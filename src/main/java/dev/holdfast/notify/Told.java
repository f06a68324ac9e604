package dev.holdfast.notify;

import java.time.Instant;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What has been told already, over restarts.
 *
 * @param deployments the last deployment of each app that ended and was dealt with; empty: none had
 * @param retried the release of each app whose failing is told and which the agent tries again by
 *     itself
 * @param asked the deployment of each app of which it was told that it waits for approval
 * @param troubles those that were told and last, by {@link #key}
 */
public record Told(
    SortedMap<String, String> deployments,
    SortedMap<String, String> retried,
    SortedMap<String, Open> troubles,
    SortedMap<String, String> asked) {
  static final Told NOTHING =
      new Told(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  public Told {
    deployments = new TreeMap<>(deployments);
    retried = new TreeMap<>(retried);
    troubles = new TreeMap<>(troubles);
    // What an earlier agent wrote has none.
    asked = asked == null ? new TreeMap<>() : new TreeMap<>(asked);
  }

  Told copy() {
    return new Told(deployments, retried, troubles, asked);
  }

  /**
   * A trouble that was told.
   *
   * @param apps that have it
   * @param notifiers that know of it, and so hear of its end
   */
  public record Open(
      String kind, Instant since, SortedSet<String> apps, SortedSet<String> notifiers) {
    public Open {
      apps = new TreeSet<>(apps);
      notifiers = new TreeSet<>(notifiers);
    }

    static Open of(String kind, Instant since, String app, Set<String> notifiers) {
      return new Open(kind, since, new TreeSet<>(Set.of(app)), new TreeSet<>(notifiers));
    }
  }

  /** The engine and the agent's state are one for all apps; every other trouble is an app's own. */
  static String key(String kind, String app) {
    return isOfTheServer(kind) ? kind : kind + "/" + app;
  }

  static boolean isOfTheServer(String kind) {
    return kind.equals("engine") || kind.equals("state");
  }
}
