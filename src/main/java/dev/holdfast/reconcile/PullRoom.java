package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Digest;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.registry.ImageContents;
import dev.holdfast.registry.ImageContents.Layer;
import dev.holdfast.registry.RegistryException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Whether there is room for what is to be pulled, before the first byte is:
 *
 * <ol>
 *   <li>Where more than {@link #PLENTY} is free nothing is asked: registries count such questions.
 *   <li>What is fetched lies on the disk until it is unpacked, and unpacked it is at least as large
 *       again; {@link #REST} is left for the containers. So much must be free, of what is not here
 *       yet: an engine fetches no layer that it has.
 *   <li>What is not known refuses nothing: an engine whose disk is not seen, a registry that does
 *       not say.
 * </ol>
 */
final class PullRoom {
  static final long PLENTY = 16L << 30;
  static final long REST = 64L << 20;
  private static final long MIB = 1L << 20;

  private final AppPorts ports;
  private final String app;

  PullRoom(AppPorts ports, String app) {
    this.ports = ports;
    this.app = app;
  }

  /** Why they must not be pulled; empty where they may be, for all that is known. */
  Optional<String> refusal(List<PinnedImage> images) {
    try {
      Optional<Engine.Room> room = ports.engine().room().filter(known -> known.free() < PLENTY);
      return room.flatMap(known -> refusal(images, known));
    } catch (EngineException | RegistryException e) {
      ports
          .signals()
          .note(app, "whether there is room was not found out: " + EngineCalls.message(e));
      return Optional.empty();
    }
  }

  private Optional<String> refusal(List<PinnedImage> images, Engine.Room room) {
    Map<PinnedImage, ImageContents> known = new HashMap<>();
    for (PinnedImage image : images) {
      contents(image, room.architecture()).ifPresent(contents -> known.put(image, contents));
    }
    Map<Digest, Long> all = new HashMap<>();
    known.values().forEach(contents -> add(all, contents.layers()));
    if (fits(all, room)) {
      return Optional.empty();
    }
    Map<Digest, Long> fetched =
        missing(known, image -> unpacked(image, known), ports.engine().layers());
    return fits(fetched, room) ? Optional.empty() : Optional.of(text(known.size(), fetched, room));
  }

  /** A registry that does not answer says nothing of one image, and the engine will tell of it. */
  private Optional<ImageContents> contents(PinnedImage image, String architecture) {
    try {
      return ports.registry().contents(image, architecture);
    } catch (RegistryException e) {
      return Optional.empty();
    }
  }

  private static void add(Map<Digest, Long> fetched, List<Layer> layers) {
    layers.forEach(layer -> fetched.put(layer.digest(), layer.size()));
  }

  private static long sum(Map<Digest, Long> fetched) {
    return fetched.values().stream().mapToLong(Long::longValue).sum();
  }

  static long needed(Map<Digest, Long> fetched) {
    return 2 * sum(fetched) + REST;
  }

  /** What is here needs no room, however little there is. */
  private static boolean fits(Map<Digest, Long> fetched, Engine.Room room) {
    return sum(fetched) == 0 || room.free() >= needed(fetched);
  }

  /**
   * A layer is here where an image has it on the same layers below. Nothing is held against an
   * image of which that is not known.
   */
  static Map<Digest, Long> missing(
      Map<PinnedImage, ImageContents> known,
      Function<PinnedImage, List<String>> unpacked,
      List<List<String>> images) {
    Set<List<String>> here = new HashSet<>();
    for (List<String> layers : images) {
      for (int i = 1; i <= layers.size(); i++) {
        here.add(layers.subList(0, i));
      }
    }
    Map<Digest, Long> fetched = new HashMap<>();
    known.forEach(
        (image, contents) -> {
          List<String> layers = unpacked.apply(image);
          for (int i = 0; i < layers.size(); i++) {
            if (!here.contains(layers.subList(0, i + 1))) {
              add(fetched, contents.layers().subList(i, i + 1));
            }
          }
        });
    return fetched;
  }

  private List<String> unpacked(PinnedImage image, Map<PinnedImage, ImageContents> known) {
    ImageContents contents = known.get(image);
    try {
      return contents == null ? List.of() : ports.registry().unpacked(image, contents);
    } catch (RegistryException e) {
      return List.of();
    }
  }

  private String text(int images, Map<Digest, Long> fetched, Engine.Room room) {
    return "there are %s free on %s, and %s are needed: %s to fetch for %s, as much again unpacked, and %s that are left for containers; %smake room, or lower keep.releases, then `holdfast retry %s`"
        .formatted(
            mebibytes(room.free()),
            room.folder(),
            mebibytes(needed(fetched)),
            mebibytes(sum(fetched)),
            images == 1 ? "1 image" : images + " images",
            mebibytes(REST),
            unused(),
            app);
  }

  private String unused() {
    try {
      long bytes =
          ports.engine().stored().stream()
              .filter(image -> !image.used())
              .mapToLong(Engine.Stored::alone)
              .sum();
      return bytes < MIB
          ? "no image that is unused could make room; "
          : "images that no container uses take "
              + mebibytes(bytes)
              + ", releases that are kept to go back to among them (docker image prune -a); ";
    } catch (EngineException e) {
      return "";
    }
  }

  private static String mebibytes(long bytes) {
    return (bytes + MIB - 1) / MIB + " MiB";
  }
}
