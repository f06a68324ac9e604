package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Digest;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.registry.ImageContents.Layer;
import dev.holdfast.registry.RegistryException.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an image consists of is what its digest stands for, and nothing that is sent instead. */
class RegistryContentsTest {
  private static final String A = "sha256:" + "a".repeat(64);
  private static final String B = "sha256:" + "b".repeat(64);
  private static final String CONFIG =
      "{\"rootfs\":{\"diff_ids\":[\"%s\",\"%s\"]}}".formatted(B, A);
  private static final String MANIFEST =
      "{\"config\":{\"digest\":\"%s\"},\"layers\":[{\"digest\":\"%s\",\"size\":7},{\"digest\":\"%s\",\"size\":9}]}"
          .formatted(digest(CONFIG), A, B);
  private static final String INDEX =
      "{\"manifests\":[{\"digest\":\"%s\",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}}]}"
          .formatted(digest(MANIFEST));

  @TempDir Path folder;
  private FakeRegistry fake;
  private RegistryRig rig;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeRegistry();
    rig = new RegistryRig(fake, folder);
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private static Digest digest(String content) {
    return FakeRegistry.digest(content.getBytes(StandardCharsets.UTF_8));
  }

  private PinnedImage image(String manifest) {
    return PinnedImage.of(rig.image("acme/api:1"), digest(manifest));
  }

  private void sends(String... contents) {
    for (String content : contents) {
      fake.failNext(
          exchange -> FakeRegistry.reply(exchange, 200, content.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void ofAnIndexTheManifestOfThePlatformIsAskedForByItsDigest() {
    sends(INDEX, MANIFEST, CONFIG);
    ImageContents contents = rig.registry.contents(image(INDEX), "amd64").orElseThrow();
    assertThat(contents.layers())
        .containsExactly(new Layer(new Digest(A), 7), new Layer(new Digest(B), 9));
    assertThat(rig.registry.unpacked(image(INDEX), contents)).containsExactly(B, A);
    assertThat(fake.seen.stream().map(FakeRegistry.Seen::path))
        .containsExactly(
            "/v2/acme/api/manifests/" + digest(INDEX),
            "/v2/acme/api/manifests/" + digest(MANIFEST),
            "/v2/acme/api/blobs/" + digest(CONFIG));
  }

  @Test
  void ofAnotherPlatformNothingIsSaid() {
    sends(INDEX);
    assertThat(rig.registry.contents(image(INDEX), "riscv64")).isEmpty();
    assertThat(fake.seen).hasSize(1);
  }

  @Test
  void whatHasAnotherDigestThanWasAskedForIsNotRead() {
    sends(MANIFEST);
    assertElse(() -> rig.registry.contents(image(INDEX), "amd64"));
    rig.pass(Duration.ofHours(1));
    sends(INDEX, MANIFEST.replace(":9}", ":8}"));
    assertElse(() -> rig.registry.contents(image(INDEX), "amd64"));
    rig.pass(Duration.ofHours(1));
    ImageContents contents =
        new ImageContents(digest(CONFIG), List.of(new Layer(new Digest(A), 1)));
    sends(CONFIG.replace("rootfs", "Rootfs"));
    assertElse(() -> rig.registry.unpacked(image(MANIFEST), contents));
  }

  @Test
  void aConfigurationOfOtherLayersSaysNothing() {
    sends(CONFIG);
    ImageContents one = new ImageContents(digest(CONFIG), List.of(new Layer(new Digest(A), 1)));
    assertThat(rig.registry.unpacked(image(MANIFEST), one)).isEmpty();
  }

  /** It would be many times as large in memory, and the agent has little. */
  @Test
  void whatConsistsOfAMillionPiecesIsNotTakenApart() {
    String many = "{\"layers\":[" + "\"a\",".repeat(1_000_000) + "\"a\"]}";
    assertThat(many.length()).isLessThan(Manifests.MAX_BYTES);
    sends(many);
    assertElse(() -> rig.registry.contents(image(many), "amd64"));
  }

  private static void assertElse(org.assertj.core.api.ThrowableAssert.ThrowingCallable asked) {
    assertThatThrownBy(asked)
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("sent something else than was asked");
  }
}
