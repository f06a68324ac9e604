package dev.holdfast.plan;

import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The order in which services start: what a service depends on before it, and by name where nothing
 * else decides.
 */
public final class Order {
  private Order() {}

  public static List<String> of(Release release) {
    Set<String> done = new LinkedHashSet<>();
    release
        .services()
        .keySet()
        .forEach(service -> visit(release, service, done, new LinkedHashSet<>()));
    return new ArrayList<>(done);
  }

  /**
   * The order in which services are put back: what started last goes first, but for a service that
   * lives in another's namespace, which can only start once that one is back.
   *
   * @param previous what is put back, where it is known
   */
  static List<String> backwards(Release release, @Nullable Release previous) {
    List<String> newestFirst = new ArrayList<>(of(release));
    Collections.reverse(newestFirst);
    Set<String> done = new LinkedHashSet<>();
    // Of what docker compose started, the new release is the nearest that is known.
    Release known = previous == null ? release : previous;
    newestFirst.forEach(service -> putBack(service, known, newestFirst, done, new HashSet<>()));
    return new ArrayList<>(done);
  }

  private static void putBack(
      String service, Release known, List<String> all, Set<String> done, Set<String> open) {
    Release.Service before = known.services().get(service);
    if (!all.contains(service) || done.contains(service) || !open.add(service)) {
      return;
    }
    if (before != null) {
      before
          .spec()
          .container()
          .parents()
          .forEach(parent -> putBack(parent, known, all, done, open));
    }
    done.add(service);
  }

  /** A service's dependencies, theirs too, in the order in which they start; without itself. */
  static List<String> dependenciesOf(Release release, String service) {
    Set<String> done = new LinkedHashSet<>();
    visit(release, service, done, new LinkedHashSet<>());
    done.remove(service);
    return new ArrayList<>(done);
  }

  static Set<String> dependents(Release release, String service) {
    Set<String> names = new TreeSet<>();
    release
        .services()
        .forEach(
            (name, other) -> {
              if (other.spec().dependsOn().containsKey(service)) {
                names.add(name);
              }
            });
    return names;
  }

  /** A cycle cannot get past the loader; {@code open} ends one all the same. */
  private static void visit(Release release, String service, Set<String> done, Set<String> open) {
    Release.Service known = release.services().get(service);
    if (known == null || done.contains(service) || !open.add(service)) {
      return;
    }
    known.spec().dependsOn().keySet().forEach(dependency -> visit(release, dependency, done, open));
    open.remove(service);
    done.add(service);
  }
}
