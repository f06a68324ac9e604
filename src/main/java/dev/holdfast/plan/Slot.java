package dev.holdfast.plan;

import dev.holdfast.model.NetworkSpec;
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
 * @param notJoined real names of networks that the match should be on and is not
 */
record Slot(
    Release.Service wanted,
    int number,
    String serving,
    boolean oneShot,
    @Nullable ObservedContainer match,
    List<ObservedContainer> others,
    List<String> notJoined) {
  private static final int MOST_DIFFERENCES = 6;

  static Slot of(
      Release release,
      Release.Service wanted,
      int number,
      List<ObservedContainer> present,
      ObservedState seen,
      Set<String> unusable) {
    String serving = Names.serving(release.app(), wanted, number);
    String hash = wanted.configHash();
    ObservedContainer match =
        present.stream()
            .filter(c -> c.isOf(release.app(), hash))
            .filter(c -> c.state() != State.DEAD && !unusable.contains(c.id()))
            .filter(c -> !Lenders.areOthers(c, wanted, release, seen, unusable))
            .max(preference(serving, number))
            .orElse(null);
    List<ObservedContainer> others = present.stream().filter(c -> !c.equals(match)).toList();
    return new Slot(
        wanted,
        number,
        serving,
        OneShots.isOneShot(release, wanted.spec().name()),
        match,
        others,
        match == null ? List.of() : notJoined(release, wanted, match));
  }

  /** Between two lives a container is on no network, and not taken off any. */
  private static List<String> notJoined(
      Release release, Release.Service wanted, ObservedContainer match) {
    var joined = match.networks();
    if (joined == null
        || match.state() == State.RESTARTING
        || wanted.spec().container().networkMode() != null) {
      return List.of();
    }
    return wanted.spec().container().networks().stream()
        .map(attachment -> release.networks().get(attachment.network()))
        .filter(Objects::nonNull)
        .map(NetworkSpec::name)
        .filter(network -> !joined.contains(network))
        .toList();
  }

  /** With one place the service's containers of every number are in it; its own stays. */
  private static Comparator<ObservedContainer> preference(String serving, int number) {
    return Comparator.comparing(ObservedContainer::active)
        .thenComparing(c -> c.name().equals(serving))
        .thenComparing(c -> c.number() == number)
        .thenComparing(c -> Objects.requireNonNullElse(c.createdAt(), Instant.EPOCH))
        .thenComparing(ObservedContainer::id);
  }

  /** In words: the service, with the number where it has several places. */
  String place() {
    String name = wanted.spec().name();
    return wanted.spec().updates().replicas() == 1 ? name : name + " (" + number + ")";
  }

  /** Whether what should stand here stands here, and nothing in its way runs. */
  boolean inPlace() {
    return match != null
        && isNamed(match)
        && notJoined.isEmpty()
        && !match.hidden()
        && match.restart().equals(wanted.spec().container().restart())
        && (runs() || completed())
        && others.stream().noneMatch(ObservedContainer::active);
  }

  /** One that docker compose made and that fits keeps the name that it has from it. */
  boolean isNamed(ObservedContainer container) {
    return container.name().equals(serving)
        || (wanted.spec().container().containerName() == null && Names.isOfComposeV1(container));
  }

  /** A paused container serves nobody. */
  boolean runs() {
    return match != null && match.active() && match.state() != State.PAUSED;
  }

  boolean isHidden() {
    return match != null && match.hidden();
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
            c ->
                c.active()
                    || !c.restart().equals(RestartPolicy.NO)
                    || c.name().equals(serving)
                    || Names.isOfComposeV1(c))
        .toList();
  }

  /**
   * Those that run beside another one of the same number that serves better; other numbers are of
   * places that went when the service was scaled down.
   */
  List<ObservedContainer> furtherOthers() {
    Comparator<ObservedContainer> best =
        Comparator.comparing((ObservedContainer c) -> !c.hidden())
            .thenComparing(preference(serving, number));
    List<ObservedContainer> active = others.stream().filter(ObservedContainer::active).toList();
    return active.stream()
        .filter(
            c -> active.stream().anyMatch(o -> o.number() == c.number() && best.compare(o, c) > 0))
        .toList();
  }

  Slot without(List<ObservedContainer> retired) {
    List<ObservedContainer> rest = others.stream().filter(c -> !retired.contains(c)).toList();
    return new Slot(wanted, number, serving, oneShot, match, rest, notJoined);
  }

  /**
   * Whose anonymous volumes go over to a new container; that it is stopped or cannot be started
   * does not make its data worth less.
   */
  @Nullable ContainerRef predecessor() {
    return others.stream().max(preference(serving, number)).map(ContainerRef::of).orElse(null);
  }

  String cause() {
    if (match != null && runs() && !notJoined.isEmpty()) {
      return "it is not on network " + String.join(", ", notJoined);
    }
    if (match != null && runs() && match.hidden()) {
      return "no client finds it";
    }
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
        ? "its configuration changed" + differences(old)
        : "its image changed to " + wanted.image().display();
  }

  /** What nobody knows of a container that the agent made: its configuration is known by a hash. */
  private static String differences(ObservedContainer old) {
    List<String> all = old.likeness() == null ? List.of() : old.likeness().differences();
    String some = String.join(", ", all.stream().limit(MOST_DIFFERENCES).toList());
    int more = all.size() - MOST_DIFFERENCES;
    return all.isEmpty() ? "" : ": " + some + (more > 0 ? " and " + more + " more" : "");
  }
}
