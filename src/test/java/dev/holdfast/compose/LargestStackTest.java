package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DesiredState;
import dev.holdfast.model.MountSpec;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LargestStackTest {
  @Test
  void isReadAsItStandsWithoutAWarning() {
    DesiredState state = LargestStack.load();

    assertThat(state.services()).hasSize(57);
    assertThat(state.volumes()).hasSize(13);
    assertThat(Loading.warnings(LargestStack.fixture().request())).isEmpty();
    assertThat(Objects.requireNonNull(state.services().get("storefront-1")).container().mounts())
        .hasAtLeastOneElementOfType(MountSpec.Given.class);
    assertThat(Objects.requireNonNull(state.images().get("cart")).image().tag()).isEqualTo("4.2.0");
  }

  @Test
  void theSameFilesGiveTheSameRelease() {
    assertThat(LargestStack.release(LargestStack.load(), 'a').id())
        .isEqualTo(LargestStack.release(LargestStack.load(), 'a').id())
        .isNotEqualTo(LargestStack.release(LargestStack.load(), 'b').id());
  }
}
