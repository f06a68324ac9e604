package dev.holdfast.docker;

import dev.holdfast.docker.Engine.LocalImage;
import dev.holdfast.model.PinnedImage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The images that the engine holds: by digest, for its own platform. */
final class Images {
  private static final int MOST_REMEMBERED = 200;
  private static final Duration OLDEST = Duration.ofMinutes(5);

  /** What an engine runs beside its own kind without an emulator. */
  private static final Map<String, String> ALSO_RUNS = Map.of("amd64", "386", "arm64", "arm");

  private final EngineClient engine;
  private final LongSupplier nanoClock;
  private final Map<String, Digests> digests = new LinkedHashMap<>();

  Images(EngineClient engine, LongSupplier nanoClock) {
    this.engine = engine;
    this.nanoClock = nanoClock;
  }

  private record Digests(List<String> values, long at) {}

  /** The image, whatever its platform. */
  Optional<InspectedImage> inspect(PinnedImage image) {
    return inspect(image.pullReference());
  }

  /** By its id or a reference. */
  Optional<InspectedImage> inspect(String reference) {
    try {
      return Optional.of(
          new InspectedImage(
              engine.get("look at image " + reference, Paths.image(reference) + "/json")));
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  Optional<LocalImage> local(PinnedImage image) {
    return inspect(image)
        .filter(this::runsHere)
        .map(found -> new LocalImage(found.id(), found.architecture()));
  }

  boolean runsHere(InspectedImage image) {
    String own = architecture();
    String arch = image.architecture();
    return arch.isEmpty() || arch.equals(own) || arch.equals(ALSO_RUNS.get(own));
  }

  String architecture() {
    return engine.lookAt("ask the engine for its version", Session::architecture);
  }

  /**
   * The repository digests of an image that a container was made from; none where the image itself
   * is gone.
   */
  List<String> digests(String imageId) {
    Digests known = known(imageId);
    if (known != null && nanoClock.getAsLong() - known.at() < OLDEST.toNanos()) {
      return known.values();
    }
    long now = nanoClock.getAsLong();
    List<String> found = inspect(imageId).map(InspectedImage::digests).orElse(List.of());
    remember(imageId, new Digests(found, now));
    return found;
  }

  private synchronized @Nullable Digests known(String imageId) {
    return digests.get(imageId);
  }

  private synchronized void remember(String imageId, Digests found) {
    if (digests.size() >= MOST_REMEMBERED) {
      digests.remove(digests.keySet().iterator().next());
    }
    digests.put(imageId, found);
  }

  /** A pull may add a digest to an image that was there. */
  synchronized void forgetDigests() {
    digests.clear();
  }

  /**
   * What is gone is gone, what is in use stays. The engine itself would take away the digest of an
   * image that a container uses if the image has another name too, and a rollback would then not
   * find it.
   */
  void remove(PinnedImage image) {
    String reference = image.pullReference();
    Optional<InspectedImage> found = inspect(image);
    if (found.isEmpty() || isUsed(found.get().id())) {
      return;
    }
    try {
      engine.command("remove image " + reference, Command.delete(Paths.image(reference)));
    } catch (EngineException.NotFound | EngineException.Conflict e) {
      return;
    } finally {
      forgetDigests();
    }
  }

  private boolean isUsed(String id) {
    return !engine
        .list(
            "list the containers of image " + Texts.id(id),
            "/containers/json?all=true&" + Paths.filters("ancestor", id))
        .isEmpty();
  }
}
