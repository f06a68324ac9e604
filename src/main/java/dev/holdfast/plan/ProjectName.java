package dev.holdfast.plan;

import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Neighbour;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.PortMapping;
import dev.holdfast.model.Release;
import dev.holdfast.model.VolumeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether an app that begins is in truth one that docker compose runs under another project name:
 * its containers would be started beside those, and its database on an empty volume. Asked before a
 * first deployment, while the app has no container of its own.
 *
 * <p>Another project is taken for the same application where it has a service of the same name and
 *
 * <ol>
 *   <li>was started in the app's own directory, or
 *   <li>that service runs an image of the same repository, which is none of Docker's own library
 *       (two honest apps both have a {@code db} on {@code postgres}), or
 *   <li>that service publishes a host port that this one wants, or has the name that it wants: only
 *       one of them can have it, or
 *   <li>all services of both are the same, by name and repository; or
 *   <li>it has no containers any more, and its volumes are by their keys those that this app would
 *       create.
 * </ol>
 *
 * A project that agent.yaml names is known to be another app.
 */
public final class ProjectName {
  private final Release release;
  private final @Nullable String directory;
  private final ObservedState seen;

  private ProjectName(Release release, @Nullable String directory, ObservedState seen) {
    this.release = release;
    this.directory = directory;
    this.seen = seen;
  }

  /**
   * @param directory the app's project directory where agent.yaml says it
   * @param others names of projects that agent.yaml says are others
   * @return what speaks against the app's name, with what to write; empty: nothing
   */
  public static List<String> problems(
      Release release,
      @Nullable String directory,
      Set<String> others,
      List<Neighbour> neighbours,
      ObservedState seen) {
    boolean begun = release.services().keySet().stream().anyMatch(s -> !seen.of(s).isEmpty());
    if (begun) {
      return List.of();
    }
    ProjectName name = new ProjectName(release, directory, seen);
    return neighbours.stream()
        .filter(n -> !n.managed() && !others.contains(n.project()))
        .flatMap(n -> name.problem(n).stream())
        .toList();
  }

  private List<String> problem(Neighbour other) {
    List<String> volumes = newBeside(other);
    if (other.services().isEmpty()) {
      return isLeftBy(other, volumes) ? List.of(onEmptyVolumes(other, volumes)) : List.of();
    }
    return isTheSame(other) ? List.of(underAnotherName(other, volumes)) : List.of();
  }

  private boolean isTheSame(Neighbour other) {
    List<String> common = common(other);
    boolean inTheSamePlace = directory != null && other.directories().contains(directory);
    boolean same = common.stream().anyMatch(s -> isOwnImage(other, s) || wantsTheSame(other, s));
    boolean all =
        common.size() == other.services().size()
            && common.size() == release.services().size()
            && common.stream().allMatch(service -> sameRepository(other, service) != null);
    return !common.isEmpty() && (inTheSamePlace || same || all);
  }

  private List<String> common(Neighbour other) {
    return release.services().keySet().stream()
        .filter(service -> other.services().containsKey(service))
        .toList();
  }

  private boolean isOwnImage(Neighbour other, String service) {
    ImageReference image = sameRepository(other, service);
    return image != null && !image.repository().startsWith("library/");
  }

  private @Nullable ImageReference sameRepository(Neighbour other, String service) {
    ImageReference wanted = Objects.requireNonNull(release.services().get(service)).image().name();
    String image = Objects.requireNonNull(other.services().get(service)).image();
    try {
      ImageReference there = ImageReference.parse(image);
      return there.familiarName().equals(wanted.familiarName()) ? there : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean wantsTheSame(Neighbour other, String service) {
    var container = Objects.requireNonNull(release.services().get(service)).spec().container();
    Neighbour.Service there = Objects.requireNonNull(other.services().get(service));
    String name = container.containerName();
    boolean port =
        container.ports().stream().map(ProjectName::port).anyMatch(there.ports()::contains);
    return port || (name != null && there.containers().contains(name));
  }

  private static String port(PortMapping port) {
    return port.published() + "/" + port.protocol();
  }

  /** Keys of volumes that would be made, and that the other project has. */
  private List<String> newBeside(Neighbour other) {
    return made().stream().filter(key -> other.volumes().containsKey(key)).toList();
  }

  private List<String> made() {
    return release.volumes().values().stream()
        .filter(v -> !v.external() && v.name().equals(release.app() + "_" + v.key()))
        .filter(v -> !seen.volumes().contains(v.name()))
        .map(VolumeSpec::key)
        .toList();
  }

  private boolean isLeftBy(Neighbour other, List<String> volumes) {
    return !volumes.isEmpty()
        && new TreeSet<>(made()).equals(new TreeSet<>(volumes))
        && other.volumes().size() == volumes.size();
  }

  private String underAnotherName(Neighbour other, List<String> volumes) {
    List<String> text = new ArrayList<>();
    text.add("services of this app run as Compose project " + other.project());
    text.add("(" + String.join(", ", common(other)) + ")");
    if (!other.directories().isEmpty()) {
      text.add("started in " + String.join(", ", other.directories()));
    }
    text.add("and would be started a second time as " + release.app());
    if (!volumes.isEmpty()) {
      text.add("on empty volumes (" + pairs(other, volumes) + ")");
    }
    return String.join(" ", text) + remedy(other, volumes);
  }

  private String onEmptyVolumes(Neighbour other, List<String> volumes) {
    return "the volumes of this app are there under another project name, and it would begin on empty ones ("
        + pairs(other, volumes)
        + ")"
        + remedy(other, volumes);
  }

  private String pairs(Neighbour other, List<String> volumes) {
    return String.join(
        ", ",
        volumes.stream()
            .map(key -> release.app() + "_" + key + " beside " + other.volumes().get(key))
            .toList());
  }

  private String remedy(Neighbour other, List<String> volumes) {
    String named =
        volumes.isEmpty()
            ? ""
            : "; or, to use its data under the new name, stop it and write volumes."
                + volumes.getFirst()
                + ".name: "
                + other.volumes().get(volumes.getFirst())
                + " in the Compose file";
    return ": call the app by that name in agent.yaml (apps."
        + other.project()
        + " instead of apps."
        + release.app()
        + "), and it is taken over"
        + named
        + "; or, where they are two applications, write beside: ["
        + other.project()
        + "] under apps."
        + release.app();
  }
}
