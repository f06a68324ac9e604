package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.plan.OneShots;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Whose health counts of a release: the container of a service, or those at its places. */
final class HealthSubjects {
  private static final Comparator<ObservedContainer> BEST =
      Comparator.comparing(ObservedContainer::active).thenComparing(ObservedContainer::id);

  private final Release release;
  private final Map<String, String> hashes = new HashMap<>();

  HealthSubjects(Release release) {
    this.release = release;
  }

  /** One for each place of a service of the release. */
  List<HealthSubject> all(String service) {
    Release.Service wanted = Objects.requireNonNull(release.services().get(service), service);
    int replicas = wanted.spec().updates().replicas();
    if (replicas == 1) {
      return List.of(of(service, wanted.spec(), seen -> container(service, seen)));
    }
    return IntStream.rangeClosed(1, replicas)
        .mapToObj(
            number ->
                of(
                    service,
                    wanted.spec(),
                    seen -> containers(service, seen).filter(c -> c.number() == number).max(BEST)))
        .toList();
  }

  private HealthSubject of(
      String service,
      ServiceSpec wanted,
      Function<ObservedState, Optional<ObservedContainer>> container) {
    return new HealthSubject(
        container,
        wanted.probe(),
        wanted.container().healthcheck(),
        OneShots.isAwaited(release, service),
        OneShots.isOneShot(release, service),
        wanted.container().networkMode());
  }

  /**
   * The container that serves for a service: the one with the wanted configuration, running before
   * stopped.
   */
  Optional<ObservedContainer> container(String service, ObservedState seen) {
    return containers(service, seen).max(BEST);
  }

  /** Those of a service with the wanted configuration. */
  Stream<ObservedContainer> containers(String service, ObservedState seen) {
    String hash =
        hashes.computeIfAbsent(
            service,
            name -> Objects.requireNonNull(release.services().get(name), name).configHash());
    return seen.of(service).stream().filter(c -> c.isOf(release.app(), hash));
  }
}
