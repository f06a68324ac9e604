package dev.holdfast.plan;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The place of one container of a service: what should stand there, the container that is it
 * already, and the others that are in its way. The container that is it has the wanted
 * configuration, image included; of several the one that serves wins.
 *
 * @param serving the name of the one that serves
 * @param oneShot it may end with exit status 0 and is then done
 */
record Slot(
    Release.Service wanted,
    int number,
    String serving,
    boolean oneShot,
    @Nullable ObservedContainer match,
    List<ObservedContainer> others) {

  static Slot of(Release release, String service, ObservedState seen, Set<String> unusable) {
    Release.Service wanted = Objects.requireNonNull(release.services().get(service), service);
    String serving = Names.serving(release.app(), wanted, 1);
    String hash = wanted.configHash();
    List<ObservedContainer> present =
        seen.of(service).stream().filter(c -> c.state() != State.REMOVING).toList();
    ObservedContainer match =
        present.stream()
            .filter(c -> c.isOurs(release.app()) && c.configHash().equals(hash))
            .filter(c -> c.state() != State.DEAD && !unusable.contains(c.id()))
            .filter(c -> !Lenders.areOthers(c, wanted, release, seen, unusable))
            .max(preference(serving))
            .orElse(null);
    List<ObservedContainer> others = present.stream().filter(c -> !c.equals(match)).toList();
    return new Slot(wanted, 1, serving, OneShots.isOneShot(release, service), match, others);
  }

  private static Comparator<ObservedContainer> preference(String serving) {
    return Comparator.comparing(ObservedContainer::active)
        .thenComparing(c -> c.name().equals(serving))
        .thenComparing(c -> Objects.requireNonNullElse(c.createdAt(), Instant.EPOCH))
        .thenComparing(ObservedContainer::id);
  }

  /** Whether what should stand here stands here, and nothing in its way runs. */
  boolean inPlace() {
    return match != null
        && match.name().equals(serving)
        && match.restart().equals(wanted.spec().container().restart())
        && (runs() || completed())
        && others.stream().noneMatch(ObservedContainer::active);
  }

  /** A paused container serves nobody. */
  boolean runs() {
    return match != null && match.active() && match.state() != State.PAUSED;
  }

  boolean completed() {
    return oneShot
        && match != null
        && match.state() == State.EXITED
        && Objects.equals(match.exitCode(), 0);
  }

  /** Those that run, would come back with the engine, or hold the name. */
  List<ObservedContainer> inTheWay() {
    return others.stream()
        .filter(
            c -> c.active() || !c.restart().equals(RestartPolicy.NO) || c.name().equals(serving))
        .toList();
  }

  /**
   * Whose anonymous volumes go over to a new container; that it is stopped or cannot be started
   * does not make its data worth less.
   */
  @Nullable ContainerRef predecessor() {
    return others.stream().max(preference(serving)).map(ContainerRef::of).orElse(null);
  }

  String cause() {
    if (match != null) {
      return runs() ? "it runs beside another" : "it does not run";
    }
    ObservedContainer old =
        others.stream().filter(ObservedContainer::active).findFirst().orElse(null);
    if (old == null) {
      return "it does not exist";
    }
    if (old.configHash().equals(wanted.configHash()) && !wanted.parents().isEmpty()) {
      return "the container whose namespace or volumes it shares is another now";
    }
    String digest = "@" + wanted.image().digest();
    boolean sameImage = old.imageDigests().stream().anyMatch(d -> d.endsWith(digest));
    return sameImage
        ? "its configuration changed"
        : "its image changed to " + wanted.image().display();
  }
}
