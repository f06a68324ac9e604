package dev.holdfast.plan;

import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.Backup.Kind;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Whose hands are on the data of a backup. Of what a command saves these are the services that
 * depend on its service, however far; of a volume or of files those that mount them, and what
 * depends on those.
 */
public final class DataUsers {
  private DataUsers() {}

  /**
   * Who must not run while it is restored, in the order in which they are stopped: nobody before
   * those that depend on it.
   *
   * @param previous what may run beside the release, or null
   */
  public static List<String> of(
      Release release, @Nullable Release previous, Collection<Backup> of) {
    Set<String> users = new TreeSet<>();
    for (Backup backup : of) {
      users.addAll(direct(release, backup.from()));
      if (previous != null) {
        users.addAll(direct(previous, backup.from()));
      }
    }
    Set<String> all = new TreeSet<>(users);
    for (Release known : known(release, previous)) {
      users.forEach(user -> dependents(known, user, all));
    }
    // What a command is restored into has to run.
    of.stream()
        .map(Backup::from)
        .filter(From.Command.class::isInstance)
        .forEach(from -> all.remove(from.service()));
    return dependentsFirst(release, previous, all);
  }

  /** Whose containers could write to it: its users, and what holds it. */
  public static Set<String> hands(Release release, Release previous, Backup backup) {
    Set<String> hands = new TreeSet<>(of(release, previous, List.of(backup)));
    hands.addAll(direct(release, backup.from()));
    hands.addAll(direct(previous, backup.from()));
    hands.add(backup.from().service());
    return hands;
  }

  private static List<Release> known(Release release, @Nullable Release previous) {
    return previous == null ? List.of(release) : List.of(release, previous);
  }

  /** Those that have the data mounted, or that talk to what holds it. */
  static Set<String> direct(Release release, From from) {
    return switch (from) {
      case From.Command command -> {
        Set<String> users = new TreeSet<>();
        dependents(release, command.service(), users);
        yield users;
      }
      case From.Mounted mounted -> mounting(release, mounted);
    };
  }

  /** The services of a release that have it mounted. */
  public static Set<String> mounting(Release release, From.Mounted mounted) {
    return release.services().entrySet().stream()
        .filter(
            service ->
                service.getValue().spec().container().mounts().stream()
                    .anyMatch(mount -> shows(mount, mounted)))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean shows(MountSpec mount, From.Mounted mounted) {
    return switch (mount) {
      case MountSpec.Named named ->
          mounted.kind() == Kind.VOLUME && named.volume().equals(mounted.source());
      case MountSpec.Bind bind ->
          mounted.kind() == Kind.FILES
              && bind.source() instanceof HostPath.InProject in
              && overlap(in.path(), mounted.source());
      case MountSpec.Tracked tracked -> false;
      case MountSpec.Given given -> false;
      case MountSpec.Anonymous anonymous -> false;
      case MountSpec.Tmpfs tmpfs -> false;
    };
  }

  private static boolean overlap(String one, String other) {
    return one.isEmpty()
        || one.equals(other)
        || one.startsWith(other + "/")
        || other.startsWith(one + "/");
  }

  private static void dependents(Release release, String service, Set<String> found) {
    for (String dependent : Order.dependents(release, service)) {
      if (found.add(dependent)) {
        dependents(release, dependent, found);
      }
    }
  }

  private static List<String> dependentsFirst(
      Release release, @Nullable Release previous, Set<String> services) {
    Set<String> ordered = new LinkedHashSet<>(Order.of(release));
    if (previous != null) {
      ordered.addAll(Order.of(previous));
    }
    List<String> last = new ArrayList<>(ordered.stream().filter(services::contains).toList());
    Collections.reverse(last);
    return last;
  }

  /** The backups of a release that have these names. */
  public static SortedMap<String, Backup> named(Release release, Collection<String> names) {
    SortedMap<String, Backup> named = new TreeMap<>(release.rollout().backups());
    named.keySet().retainAll(names);
    return named;
  }
}
