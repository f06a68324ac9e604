package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.registry.RegistryException.NotFound;
import dev.holdfast.registry.RegistryException.Unavailable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryLookupTest {
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

  @Test
  void F01_aTagIsLookedUpWithAllFourMediaTypesSoThatItsDigestIsTheIndexs() {
    Digest pushed = fake.push("acme/api", "1.4.2", "index");
    assertThat(rig.registry.resolve(rig.image("acme/api:1.4.2"))).isEqualTo(pushed);
    assertThat(fake.seen).hasSize(1);
    assertThat(fake.seen.getFirst().method()).isEqualTo("HEAD");
    assertThat(fake.seen.getFirst().accept())
        .contains("application/vnd.docker.distribution.manifest.v2+json")
        .contains("application/vnd.docker.distribution.manifest.list.v2+json")
        .contains("application/vnd.oci.image.manifest.v1+json")
        .contains("application/vnd.oci.image.index.v1+json");
    assertThat(rig.statuses).containsExactly(200);
  }

  @Test
  void aReferenceWithoutTagMeansLatestAndOneWithDigestAsksNobody() {
    Digest pushed = fake.push("acme/api", "latest", "x");
    assertThat(rig.registry.resolve(rig.image("acme/api"))).isEqualTo(pushed);
    ImageReference pinned = rig.image("acme/api:9@" + pushed);
    assertThat(rig.registry.resolve(pinned)).isEqualTo(pushed);
    assertThat(fake.seen).hasSize(1);
  }

  @Test
  void F02_whereTheRegistrySendsNoDigestTheManifestItselfIsHashed() {
    Digest pushed = fake.push("acme/api", "1", "no header");
    fake.sendsDigest = false;
    assertThat(rig.registry.resolve(rig.image("acme/api:1"))).isEqualTo(pushed);
    assertThat(fake.count("GET")).isEqualTo(1);
  }

  @Test
  void F02_aPageOfAPortalIsNotHashedAsIfItWereAManifest() {
    fake.failNext(
        FakeRegistry.status(200, "Content-Type", "application/json"),
        exchange ->
            FakeRegistry.reply(exchange, 200, "please log in".getBytes(StandardCharsets.UTF_8)));
    assertUnknown("is not an image manifest");
    fake.failNext(FakeRegistry.status(200, "Content-Type", "text/html"));
    rig.pass(java.time.Duration.ofHours(1));
    assertUnknown("text/html");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "sha256:123", "md5:0123456789abcdef", "sha256:../../etc/passwd", "garbage"})
  void F02_aMalformedDigestIsUnknownAndNeverADigest(String digest) {
    fake.push("acme/api", "1", "x");
    fake.failNext(FakeRegistry.status(200, "Docker-Content-Digest", digest));
    assertUnknown("the digest that it sent");
    assertThat(fake.count("GET")).isZero();
  }

  @Test
  void twoDigestsInOneAnswerAreUnknown() {
    String one = FakeRegistry.digest(new byte[] {1}).value();
    String other = FakeRegistry.digest(new byte[] {2}).value();
    fake.failNext(
        FakeRegistry.status(200, "Docker-Content-Digest", one, "Docker-Content-Digest", other));
    assertUnknown("two digests");
  }

  @Test
  void aBodyThatContradictsItsDigestIsUnknown() {
    String other = FakeRegistry.digest(new byte[] {1}).value();
    fake.failNext(
        FakeRegistry.status(200),
        exchange -> {
          exchange.getResponseHeaders().add("Docker-Content-Digest", other);
          FakeRegistry.reply(
              exchange, 200, "{\"schemaVersion\":2}".getBytes(StandardCharsets.UTF_8));
        });
    assertUnknown("does not have the digest");
  }

  @Test
  void aManifestWithoutEndIsNotReadToTheEnd() {
    fake.failNext(
        FakeRegistry.status(200),
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          byte[] block = new byte[1 << 16];
          for (int i = 0; i < 1000; i++) {
            exchange.getResponseBody().write(block);
          }
        });
    assertUnknown("larger than");
  }

  private void assertUnknown(String why) {
    assertThatThrownBy(() -> rig.registry.resolve(rig.image("acme/api:1")))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("could not look up")
        .hasMessageContaining(why);
  }

  @Test
  void whatIsNotThereIsNotFoundAndSaysWhatToCheck() {
    fake.push("acme/api", "1", "x");
    assertThatThrownBy(() -> rig.registry.resolve(rig.image("acme/api:2")))
        .isInstanceOf(NotFound.class)
        .hasMessageContaining("acme/api:2")
        .hasMessageContaining("check the name and the tag");
    assertThatThrownBy(() -> rig.registry.tags(rig.image("acme/nothing")))
        .isInstanceOf(NotFound.class);
    assertThat(rig.registry.resolve(rig.image("acme/api:1"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tagsAreListedThroughEveryPage(boolean absoluteLinks) {
    fake.absoluteLinks = absoluteLinks;
    fake.pageSize = 2;
    for (String tag : List.of("1.0.0", "1.1.0", "1.2.0", "2.0.0", "main")) {
      fake.push("acme/api", tag, tag);
    }
    assertThat(rig.registry.tags(rig.image("acme/api")))
        .containsExactly("1.0.0", "1.1.0", "1.2.0", "2.0.0", "main");
    assertThat(fake.count("GET")).isEqualTo(3);
  }

  @Test
  void aRepositoryWithoutTagsHasNone() {
    json("{\"name\":\"acme/api\",\"tags\":null}");
    assertThat(rig.registry.tags(rig.image("acme/api"))).isEmpty();
  }

  @Test
  void whatIsNotATagIsLeftOut() {
    json("{\"tags\":[\"1\",\"../x\",7,\"-rf\",\"ok\"]}");
    assertThat(rig.registry.tags(rig.image("acme/api"))).containsExactly("1", "ok");
  }

  private void json(String json, String... headers) {
    fake.failNext(
        exchange -> {
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
          }
          FakeRegistry.reply(exchange, 200, json.getBytes(StandardCharsets.UTF_8));
        });
  }

  @Test
  void aTagListNeverContinuesOnAnotherServer() {
    json("{\"tags\":[\"1\"]}", "Link", "<http://127.0.0.2:1/v2/x>; rel=\"next\"");
    assertThatThrownBy(() -> rig.registry.tags(rig.image("acme/api")))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("another server");
  }

  @Test
  void aTagListThatLeadsInACircleEnds() {
    String link = "</v2/acme/api/tags/list?n=1000>; rel=\"next\"";
    json("{\"tags\":[\"1\"]}", "Link", link);
    assertThatThrownBy(() -> rig.registry.tags(rig.image("acme/api")))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("circle");
  }

  @Test
  void aTagListWithoutEndEnds() {
    for (int i = 0; i < 150; i++) {
      json("{\"tags\":[\"1\"]}", "Link", "<?last=" + i + ">; rel=next");
    }
    assertThatThrownBy(() -> rig.registry.tags(rig.image("acme/api")))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("too many");
    assertThat(fake.count("GET")).isEqualTo(Pages.MAX_PAGES);
  }

  @Test
  void redirectsAreFollowedOnTheRegistryItselfOnly() {
    Digest pushed = fake.push("acme/new", "1", "moved");
    fake.failNext(FakeRegistry.status(307, "Location", "/v2/acme/new/manifests/1"));
    assertThat(rig.registry.resolve(rig.image("acme/api:1"))).isEqualTo(pushed);
    fake.failNext(FakeRegistry.status(302, "Location", "http://127.0.0.2:9/v2/x"));
    assertUnknown("redirects");
    rig.pass(java.time.Duration.ofHours(1));
    for (int i = 0; i < 10; i++) {
      fake.failNext(FakeRegistry.status(302, "Location", "/v2/acme/api/manifests/1"));
    }
    assertUnknown("redirects in a circle");
  }
}
