package dev.holdfast.docker;

import dev.holdfast.model.Environment;
import dev.holdfast.model.Neighbour;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.Usage;
import dev.holdfast.model.Vitals;
import dev.holdfast.model.VolumeSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The container engine. Every call has a deadline and throws {@link EngineException}, whose kinds
 * say what is known afterwards. Each is safe to repeat: starting what runs, stopping what is
 * stopped, renaming to the present name and removing what is gone all succeed.
 */
public interface Engine extends ContainerData, Dialogue {
  EngineInfo info();

  /** When this process last found it out of reach; null where it never did. */
  @Nullable Instant lastAway();

  /** What of a release this engine is too old for. */
  default Gaps gaps(Release release) {
    return Gaps.NONE;
  }

  /**
   * Everything of the Compose project {@code app}, and which of the networks and volumes that
   * {@code wanted} names exist.
   */
  ObservedState observe(String app, @Nullable Release wanted);

  /** The other Compose projects of this engine. */
  List<Neighbour> neighbours(String app);

  /**
   * What a person should know of networks and volumes that are there and are otherwise than the
   * release has them: they are used as they are.
   */
  List<String> notices(Release release);

  /**
   * What a container's own account tells beside a look: its healthcheck and when its lives began
   * and ended.
   */
  Vitals vitals(String id);

  /** What a container has used so far, in one short call; empty where it does not run. */
  Optional<Usage> usage(String id);

  /** The image with this digest, if this engine holds it for its own platform. */
  Optional<LocalImage> image(PinnedImage image);

  /**
   * Pulls by digest until the engine holds the image; ends by inspecting it, whatever the progress
   * said.
   */
  void pull(PinnedImage image, @Nullable RegistryLogin login, Consumer<PullProgress> progress);

  /**
   * Creates without starting, and gives the id. A name that is taken is {@link
   * EngineException.Conflict}.
   */
  String create(ContainerRequest request);

  /**
   * What of a container, whoever made it, differs from what {@link #create} would make of the
   * request, in words and without values; what can be put right without making it anew is left out.
   * Empty where it could stand in its place.
   */
  List<String> differences(String id, ContainerRequest request, MountedContent content);

  /** Puts a container on a network that the request names, as a new one would be on it. */
  void connect(String id, ContainerRequest request, String network);

  /** Starts a container, or lets one that is paused go on. */
  void start(String id);

  /** Asks, then kills after {@code grace}; returns once the process has ended. */
  void stop(String id, Duration grace);

  void rename(String id, String name);

  /**
   * Puts a container on its networks as {@code request} has it, under the service's names or, where
   * it is hidden, under none; what is right already is left alone. One that runs keeps its
   * addresses, and with them its connections: where that cannot be had, this is {@link
   * EngineException.Conflict} before anything is touched. One that is being hidden is frozen
   * meanwhile, so that requests in flight are late and not lost.
   *
   * @return the networks on which it has another address all the same: what it was connected to
   *     over them hangs, so it must be started anew
   */
  Set<String> attach(String id, ContainerRequest request);

  /** Where a container is on its networks now, by network name. */
  SortedMap<String, Attached> attachments(String id);

  /** Removes a container that does not run; its named volumes stay, and its anonymous ones too. */
  void remove(String id);

  void setRestartPolicy(String id, RestartPolicy policy);

  /**
   * Runs in a running container, with these variables beside its own; the output goes line by line
   * to {@code output}, no more than it takes.
   */
  int exec(
      String id,
      List<String> command,
      Environment environment,
      Duration timeout,
      Consumer<String> output);

  /** The same with the container's own variables alone. */
  default int exec(String id, List<String> command, Duration timeout, Consumer<String> output) {
    return exec(id, command, Environment.EMPTY, timeout, output);
  }

  /** The exit status once the container has ended, or empty when {@code timeout} is over. */
  Optional<Integer> waitFor(String id, Duration timeout);

  /** The last lines of a container's output, oldest first, both streams. */
  List<String> logTail(String id, int lines);

  /**
   * The newest lines of a container's output since a moment, oldest first, no more than so many.
   */
  List<String> logSince(String id, Instant since, int lines);

  /**
   * Copies a container's output from its beginning to its end, following while it runs, for at most
   * {@code timeout}.
   */
  void followLogs(String id, Duration timeout, Consumer<String> output);

  void ensureNetwork(String app, NetworkSpec network);

  void ensureVolume(String app, VolumeSpec volume);

  /** Removes one image if nothing uses it; an image in use stays and is no error. */
  void removeImage(PinnedImage image);

  /** Where images are put; empty where that is not seen from here, so that nothing is known. */
  default Optional<Room> room() {
    return Optional.empty();
  }

  /** The layers of the images that are here, the lowest first; an image of too many is left out. */
  default List<List<String>> layers() {
    return List.of();
  }

  /** The images that are here, and how much each alone takes. */
  default List<Stored> stored() {
    return List.of();
  }

  /**
   * @param free bytes
   */
  record Room(String folder, long free, String architecture) {}

  /**
   * @param digests {@code repository@sha256:…}
   * @param alone bytes that would be free without it
   */
  record Stored(List<String> digests, long alone, boolean used) {
    public Stored {
      digests = List.copyOf(digests);
    }
  }

  record EngineInfo(
      String version,
      String apiVersion,
      String operatingSystem,
      String architecture,
      String rootDirectory) {}

  /** {@code refusals} would change what runs, {@code notices} would not. */
  record Gaps(List<String> refusals, List<String> notices) {
    public static final Gaps NONE = new Gaps(List.of(), List.of());

    public Gaps {
      refusals = List.copyOf(refusals);
      notices = List.copyOf(notices);
    }
  }

  /**
   * @param address null where it does not run
   * @param names by which the others find it, beside its own name and id
   */
  record Attached(@Nullable String address, SortedSet<String> names) {
    public Attached {
      names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
    }
  }

  record LocalImage(String id, String architecture) {}

  record RegistryLogin(String registry, String username, String password, boolean identityToken) {
    @Override
    public String toString() {
      return "RegistryLogin[" + registry + "]";
    }
  }

  /** Bytes of the layers known so far; {@code total} grows while layers are discovered. */
  record PullProgress(long current, long total) {}
}
