package dev.holdfast.reconcile;

import dev.holdfast.compose.VersionRange;
import dev.holdfast.model.DesiredState;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.ImageWish;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.registry.Registry;
import dev.holdfast.registry.RegistryException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hop 4: each tag or range that an app asks for becomes a digest, as the registries say now. */
final class Pins {
  private final Registry registry;
  private final @Nullable SettledTags tags;

  /**
   * @param tags holds back what moves to where it was before; null: all is followed at once
   */
  Pins(Registry registry, @Nullable SettledTags tags) {
    this.registry = registry;
    this.tags = tags;
  }

  /** Services of one image are asked for once, and never get two digests of one tag. */
  Map<ImageWish, PinnedImage> of(
      DesiredState desired, List<String> problems, List<String> notices) {
    Map<ImageWish, PinnedImage> pinned = new HashMap<>();
    for (String service : desired.services().keySet()) {
      ImageWish wish = desired.images().get(service);
      PinnedImage image =
          wish == null || pinned.containsKey(wish) ? null : pin(service, wish, problems, notices);
      if (image != null) {
        pinned.put(wish, image);
      }
    }
    return pinned;
  }

  private @Nullable PinnedImage pin(
      String service, ImageWish wish, List<String> problems, List<String> notices) {
    try {
      return switch (wish) {
        case ImageWish.Exact exact -> exact(exact);
        case ImageWish.Tagged tagged ->
            settled(
                tagged.image().toString(),
                tagged.image(),
                registry.resolve(tagged.image()),
                notices);
        case ImageWish.Ranged ranged -> highest(ranged, notices);
      };
    } catch (RegistryException e) {
      problems.add("image of service " + service + ": " + EngineCalls.message(e));
      return null;
    }
  }

  private static PinnedImage exact(ImageWish.Exact exact) {
    Digest digest = exact.image().digest();
    if (digest == null) {
      throw new IllegalStateException("an exact image has a digest: " + exact);
    }
    return PinnedImage.of(exact.image(), digest);
  }

  /** The tag and digest that are taken, which may be those from before the registry moved back. */
  private PinnedImage settled(
      String wish, ImageReference chosen, Digest digest, List<String> notices) {
    if (tags == null) {
      return PinnedImage.of(chosen, digest);
    }
    SettledTags.Settled settled = tags.settled(wish, chosen.tagOrLatest() + "@" + digest.value());
    if (settled.notice() != null) {
      notices.add(settled.notice());
    }
    int at = settled.resolved().indexOf('@');
    return PinnedImage.of(
        chosen.withTag(settled.resolved().substring(0, at)),
        new Digest(settled.resolved().substring(at + 1)));
  }

  private PinnedImage highest(ImageWish.Ranged ranged, List<String> notices) {
    ImageReference repository = ranged.image().withTag(null);
    String tag =
        VersionRange.highest(registry.tags(repository), ranged.range())
            .orElseThrow(
                () ->
                    new RegistryException.NotFound(
                        "no tag of "
                            + repository.familiarName()
                            + " lies in the range '"
                            + ranged.range()
                            + "'; push one, or change the range"));
    ImageReference chosen = repository.withTag(tag);
    return settled(
        repository.familiarName() + " " + ranged.range(),
        chosen,
        registry.resolve(chosen),
        notices);
  }
}
