package dev.holdfast.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
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
  Optional<InspectImageResponse> inspect(PinnedImage image) {
    return inspect(image.pullReference());
  }

  private Optional<InspectImageResponse> inspect(String reference) {
    try {
      return Optional.of(
          engine.look(
              "look at image " + reference, docker -> docker.inspectImageCmd(reference).exec()));
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  Optional<LocalImage> local(PinnedImage image) {
    return inspect(image)
        .filter(this::runsHere)
        .map(found -> new LocalImage(found.getId(), String.valueOf(found.getArch())));
  }

  boolean runsHere(InspectImageResponse image) {
    String own = architecture();
    String arch = image.getArch();
    return arch == null || arch.isEmpty() || arch.equals(own) || arch.equals(ALSO_RUNS.get(own));
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
    List<String> found = repositoryDigests(imageId);
    remember(imageId, new Digests(found, now));
    return found;
  }

  private List<String> repositoryDigests(String imageId) {
    try {
      String path = "/images/" + EngineClient.encode(imageId) + "/json";
      return Json.texts(engine.get("look at image " + imageId, path).path("RepoDigests"));
    } catch (EngineException.NotFound e) {
      return List.of();
    }
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
    Optional<InspectImageResponse> found = inspect(image);
    if (found.isEmpty() || isUsed(String.valueOf(found.get().getId()))) {
      return;
    }
    try {
      engine.change(
          "remove image " + reference,
          docker -> docker.removeImageCmd(reference).withForce(false).exec());
    } catch (EngineException.NotFound | EngineException.Conflict e) {
      return;
    } finally {
      forgetDigests();
    }
  }

  private boolean isUsed(String id) {
    return !engine
        .look(
            "list the containers of image " + Texts.id(id),
            docker ->
                docker.listContainersCmd().withShowAll(true).withAncestorFilter(List.of(id)).exec())
        .isEmpty();
  }
}
