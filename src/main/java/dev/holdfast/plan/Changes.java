package dev.holdfast.plan;

import dev.holdfast.model.After;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Release;
import dev.holdfast.model.RolloutSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What one release has otherwise than the one before, in words for a person who is to judge it: two
 * releases that are not the same differ in one line at least.
 */
public final class Changes {
  private Changes() {}

  public static List<String> between(@Nullable Release before, Release release) {
    TreeSet<String> names = new TreeSet<>(release.services().keySet());
    if (before != null) {
      names.addAll(before.services().keySet());
    }
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      Release.Service next = release.services().get(name);
      Release.Service last = before == null ? null : before.services().get(name);
      if (next == null) {
        changes.add(name + ": is not in it any more");
      } else if (last == null) {
        changes.add(name + ": new, " + next.image().display());
      } else if (!last.image().digest().equals(next.image().digest())) {
        changes.add(name + ": " + last.image().display() + " -> " + next.image().display());
      } else if (!last.configHash().equals(next.configHash())) {
        changes.add(name + ": other configuration, the same image");
      } else if (!last.equals(next)) {
        changes.add(name + ": rolled out, probed or named otherwise; the same container");
      }
    }
    if (before != null) {
      changes.addAll(named("network", before.networks(), release.networks()));
      changes.addAll(named("volume", before.volumes(), release.volumes()));
      changes.addAll(rollout(before.rollout(), release.rollout()));
    }
    return changes;
  }

  private static List<String> rollout(RolloutSpec before, RolloutSpec next) {
    List<String> changes = new ArrayList<>();
    if (!before.migrations().equals(next.migrations())) {
      changes.add("x-holdfast migrate: other migrations");
    }
    changes.addAll(named("x-holdfast backup", before.backups(), next.backups()));
    changes.addAll(named("x-holdfast after", byName(before), byName(next)));
    if (!before.smokes().equals(next.smokes())) {
      changes.add("x-holdfast smoke: other smoke tests");
    }
    if (!before.watch().equals(next.watch()) || !Objects.equals(before.guards(), next.guards())) {
      changes.add("x-holdfast watch: " + seconds(before) + " -> " + seconds(next));
    }
    return changes;
  }

  private static String seconds(RolloutSpec rollout) {
    return rollout.watch().toSeconds() + " s" + (rollout.guards() == null ? "" : " with guards");
  }

  private static SortedMap<String, After> byName(RolloutSpec rollout) {
    SortedMap<String, After> all = new TreeMap<>();
    rollout.afters().forEach(after -> all.put(after.name(), after));
    return all;
  }

  private static <T> List<String> named(String what, Map<String, T> before, Map<String, T> next) {
    TreeSet<String> names = new TreeSet<>(before.keySet());
    names.addAll(next.keySet());
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      T last = before.get(name);
      T now = next.get(name);
      if (now == null) {
        changes.add(what + " " + name + ": is not in it any more");
      } else if (last == null) {
        changes.add(what + " " + name + ": new");
      } else if (!last.equals(now)) {
        changes.add(what + " " + name + ": changed");
      }
    }
    return changes;
  }

  public static List<String> migrations(Release release) {
    return release.rollout().migrations().stream().map(Changes::migration).toList();
  }

  private static String migration(Migration migration) {
    return migration.service() + ": " + String.join(" ", migration.command());
  }
}
