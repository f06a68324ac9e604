package dev.holdfast.compose;

import dev.holdfast.model.DesiredState;
import dev.holdfast.model.Digest;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/** The fixture modelled on the largest real stack, and a release of it. */
final class LargestStack {
  private LargestStack() {}

  static Fixture fixture() {
    try {
      return Fixture.read(
          Path.of(
              Objects.requireNonNull(LargestStack.class.getResource("/stack/largest.txt"))
                  .toURI()));
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static DesiredState load() {
    return Loading.loaded(fixture().request());
  }

  /** Every image at this digest. */
  static Release release(DesiredState state, char digit) {
    Digest digest = Digest.parse("sha256:" + String.valueOf(digit).repeat(64)).orElseThrow();
    SortedMap<String, Release.Service> services = new TreeMap<>();
    state
        .services()
        .forEach(
            (name, spec) ->
                services.put(
                    name,
                    new Release.Service(
                        spec,
                        PinnedImage.of(
                            Objects.requireNonNull(state.images().get(name)).image(), digest))));
    return new Release(state.app(), services, state.networks(), state.volumes(), state.rollout());
  }
}
