package dev.holdfast.plan;

import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
