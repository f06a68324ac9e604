package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.compose.ComposeLoader;
import dev.holdfast.compose.ComposeText;
import dev.holdfast.compose.LoadResult;
import dev.holdfast.model.DesiredState;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An older engine takes any request and drops what it does not know: that must not go unsaid. */
class EngineNeedsTest {
  private static Release release(String lines) {
    LoadResult result =
        ComposeLoader.load(
            ComposeText.request(
                "services:\n  api:\n    image: i\n    "
                    + lines
                    + "\nnetworks:\n  a:\n  b:\n  six: {enable_ipv4: false}\nvolumes:\n  data:\n",
                Set.of("all")));
    DesiredState state = ((LoadResult.Loaded) result).state();
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
                            ImageReference.parse("i"), new Digest("sha256:" + "0".repeat(64))))));
    return new Release("shop", services, state.networks(), state.volumes(), state.rollout());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "annotations: {a: b}|42|43|services.api: annotations needs API 1.43 (Docker Engine 24)",
        "networks: {a: {gw_priority: 1}}|47|48|services.api: gw_priority needs API 1.48 (Docker Engine 28)",
        "networks: {a: {interface_name: e}}|48|49|services.api: interface_name needs API 1.49 (Docker Engine 28.1)",
        "networks: {a: {mac_address: '02:42:00:00:00:01'}, b: {mac_address: '02:42:00:00:00:02'}}|43|44|mac_address on a second network needs API 1.44 (Docker Engine 25)",
        "volumes: [{type: volume, source: data, target: /d, volume: {subpath: s}}]|44|45|a volume's subpath needs API 1.45 (Docker Engine 26)",
        "networks: [six]|47|48|networks.six: enable_ipv4: false needs API 1.48 (Docker Engine 28)",
      })
  void saysWhatItIsTooOldFor(String lines, int before, int since, String says) {
    ApiVersion old = new ApiVersion(1, before);

    assertThat(EngineNeeds.of(release(lines), old).refusals())
        .singleElement()
        .asString()
        .contains(says)
        .contains("this engine speaks 1." + before);
    assertThat(EngineNeeds.of(release(lines), new ApiVersion(1, since)))
        .isEqualTo(Engine.Gaps.NONE);
  }

  @Test
  void anOrdinaryReleaseLacksNothingOnTheOldestEngine() {
    assertThat(EngineNeeds.of(release("privileged: true"), ApiVersion.OLDEST))
        .isEqualTo(Engine.Gaps.NONE);
  }

  @Test
  void aStartIntervalIsToldAndChangesNothingElse() {
    Release release = release("healthcheck: {start_interval: 1s}");

    assertThat(EngineNeeds.of(release, ApiVersion.OLDEST).refusals()).isEmpty();
    assertThat(EngineNeeds.of(release, ApiVersion.OLDEST).notices())
        .singleElement()
        .asString()
        .startsWith(
            "services.api.healthcheck.start_interval has no effect: it needs Docker Engine 25")
        .contains("API 1.41");
    assertThat(EngineNeeds.of(release, ApiVersion.WITH_START_INTERVAL).notices()).isEmpty();
  }

  @Test
  void aRequestIsNotMadeEither() {
    Requests request =
        new Requests(
            "shop",
            PinnedImage.of(ImageReference.parse("i"), new Digest("sha256:" + "0".repeat(64))));
    request.options =
        release("annotations: {a: b}").services().get("api").spec().container().options();

    assertThatThrownBy(
            () ->
                CreateMapper.map(
                    request.build(),
                    new CreateMapper.ImageDefaults("sha256:i", List.of(), List.of(), List.of()),
                    ApiVersion.OLDEST))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("annotations needs API 1.43");
  }
}
