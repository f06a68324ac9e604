package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.it.WorldScripts;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.registry.RegistryException.NotFound;
import dev.holdfast.registry.RegistryException.Unauthorized;
import dev.holdfast.registry.RegistrySettings.Entry;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the real docker-registry, anonymous, with passwords and with its token server. */
class OciRegistryIT {
  private static WorldScripts world;
  @TempDir Path folder;

  @BeforeAll
  static void start() {
    world = new WorldScripts();
    for (String auth : new String[] {"none", "basic", "token"}) {
      world.run("registry.sh", "start", auth, "auto", auth);
    }
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  private static String address(String auth) {
    try {
      return "127.0.0.1:"
          + Files.readString(world.folder().resolve("registries/" + auth + "/port")).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private OciRegistry registry(RegistrySettings settings) {
    return new OciRegistry(
        () -> settings,
        RegistryListener.NONE,
        Map.of("DOCKER_CONFIG", folder.toString()),
        InstantSource.system(),
        System::nanoTime);
  }

  private static RegistrySettings login(
      String auth, String user, AtomicReference<String> password) {
    return new RegistrySettings(Map.of(address(auth), new Entry(user, password::get, false)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "basic", "token"})
  void aTagIsLookedUpFollowedAndListed(String auth) {
    ImagePusher pusher = new ImagePusher(address(auth), "ci", "pw-ci");
    OciRegistry registry = registry(login(auth, "ro", new AtomicReference<>("pw-ro")));
    String name = address(auth) + "/acme/api";
    Digest first = pusher.push("acme/api", "main", "1");
    assertThat(registry.resolve(ImageReference.parse(name + ":main"))).isEqualTo(first);
    Digest second = pusher.push("acme/api", "main", "2");
    assertThat(registry.resolve(ImageReference.parse(name + ":main")))
        .isEqualTo(second)
        .isNotEqualTo(first);
    pusher.push("acme/api", "1.0.0", "3");
    assertThat(registry.tags(ImageReference.parse(name)))
        .containsExactlyInAnyOrder("main", "1.0.0");
    assertThatThrownBy(() -> registry.resolve(ImageReference.parse(name + ":nope")))
        .isInstanceOf(NotFound.class);
    assertThat(registry.resolve(ImageReference.parse(name + ":main"))).isEqualTo(second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "token"})
  void dockersOwnConfigurationGivesTheLogin(String auth) throws IOException {
    Digest pushed = new ImagePusher(address(auth), "ci", "pw-ci").push("acme/web", "1", "w");
    String login = Base64.getEncoder().encodeToString("ro:pw-ro".getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        folder.resolve("config.json"),
        "{\"auths\":{\"http://" + address(auth) + "/v2/\":{\"auth\":\"" + login + "\"}}}");
    ImageReference image = ImageReference.parse(address(auth) + "/acme/web:1");
    assertThat(registry(RegistrySettings.NONE).resolve(image)).isEqualTo(pushed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "token"})
  @Staged(
      part = Part.REGISTRY,
      fault = "the password is wrong",
      then = "refused, and not sent again until it changes; the right one counts at once")
  void F05_aWrongPasswordIsRefusedAndTheRightOneCountsAtOnce(String auth) {
    Digest pushed = new ImagePusher(address(auth), "ci", "pw-ci").push("acme/job", "1", "j");
    AtomicReference<String> password = new AtomicReference<>("wrong-pw");
    OciRegistry registry = registry(login(auth, "ro", password));
    ImageReference image = ImageReference.parse(address(auth) + "/acme/job:1");
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> registry.resolve(image))
          .isInstanceOf(Unauthorized.class)
          .hasMessageContaining("login as 'ro'")
          .hasMessageNotContaining("wrong-pw");
    }
    password.set("pw-ro");
    assertThat(registry.resolve(image)).isEqualTo(pushed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"basic", "token"})
  void withoutALoginTheAnswerSaysWhatIsMissing(String auth) {
    ImageReference image = ImageReference.parse(address(auth) + "/acme/api:1");
    assertThatThrownBy(() -> registry(RegistrySettings.NONE).resolve(image))
        .isInstanceOf(Unauthorized.class)
        .hasMessageContaining("give a login for " + address(auth));
  }
}
