package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Memory;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The images of releases that are kept stay; of the others only those go that the agent pulled
 * itself, and that no container uses. An image that cannot be removed is a note, never a failure.
 */
final class Images {
  private final String app;
  private final AppPorts ports;
  private final AppMemory memory;

  Images(String app, AppPorts ports, AppMemory memory) {
    this.app = app;
    this.ports = ports;
    this.memory = memory;
  }

  static Memory pulled(Memory memory, PinnedImage image) {
    List<String> pulled = new ArrayList<>(memory.pulled());
    if (!pulled.contains(image.pullReference())) {
      pulled.add(image.pullReference());
    }
    return memory.withPulled(pulled);
  }

  /** A release that cannot be read could need any of them: then all stay. */
  void removeBeyond(List<String> releases) {
    Set<String> needed = new HashSet<>();
    for (String id : releases) {
      Release release = ports.store().release(app, id).orElse(null);
      if (release == null) {
        return;
      }
      release.services().values().forEach(service -> needed.add(service.image().pullReference()));
    }
    List<String> left =
        memory.read().pulled().stream()
            .filter(image -> needed.contains(image) || !removed(image))
            .toList();
    memory.change(m -> m.withPulled(m.pulled().stream().filter(left::contains).toList()));
  }

  private boolean removed(String pullReference) {
    ImageReference reference = ImageReference.parse(pullReference);
    Digest digest = reference.digest();
    if (digest == null) {
      return true;
    }
    PinnedImage image = PinnedImage.of(reference, digest);
    try {
      ports.engine().removeImage(image);
      return ports.engine().image(image).isEmpty();
    } catch (EngineException e) {
      ports
          .signals()
          .note(
              app, "could not remove image " + image.display() + " yet: " + EngineCalls.message(e));
      return false;
    }
  }
}
