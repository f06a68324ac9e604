package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.model.ImageReference;
import dev.holdfast.registry.RegistryException.TryLater;
import dev.holdfast.registry.RegistryException.Unavailable;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryBackoffTest {
  @TempDir Path folder;
  private FakeRegistry fake;
  private RegistryRig rig;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeRegistry();
    rig = new RegistryRig(fake, folder);
    fake.push("acme/api", "1", "x");
    fake.push("acme/web", "1", "y");
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 408, 418, 429, 500, 502, 503, 504})
  void F03_aFailedHeadIsNeverFollowedByADearerRequest(int status) {
    fake.failNext(FakeRegistry.status(status));
    assertThatThrownBy(() -> resolve("acme/api:1")).isInstanceOf(RegistryException.class);
    assertThat(fake.count("GET")).isZero();
    assertThat(fake.seen).hasSize(1);
  }

  @Test
  void F03_aRepositoryThatFailsIsAskedEverMoreSeldom() {
    for (int i = 0; i < 200; i++) {
      fake.failNext(FakeRegistry.status(500));
    }
    for (int second = 0; second < 3600; second++) {
      assertThatThrownBy(() -> resolve("acme/api:1")).isInstanceOf(RegistryException.class);
      rig.pass(Duration.ofSeconds(1));
    }
    assertThat(fake.seen).hasSizeBetween(10, 30);
    assertThat(fake.count("GET")).isZero();
  }

  @Test
  void F03_oneBrokenRepositoryDoesNotHideTheOthers() {
    fake.failNext(FakeRegistry.status(500));
    assertThatThrownBy(() -> resolve("acme/api:1")).isInstanceOf(Unavailable.class);
    assertThatThrownBy(() -> resolve("acme/api:1"))
        .isInstanceOf(TryLater.class)
        .hasMessageContaining("answered 500");
    assertThat(resolve("acme/web:1")).isNotNull();
  }

  @Test
  void F03_whatWorksAgainIsAskedAsBefore() {
    fake.failNext(FakeRegistry.status(503), FakeRegistry.status(503));
    assertThatThrownBy(() -> resolve("acme/api:1")).isInstanceOf(Unavailable.class);
    rig.pass(Duration.ofSeconds(10));
    assertThatThrownBy(() -> resolve("acme/api:1")).isInstanceOf(Unavailable.class);
    rig.pass(Duration.ofSeconds(10));
    assertThat(resolve("acme/api:1")).isNotNull();
    assertThat(resolve("acme/api:1")).isNotNull();
  }

  @Test
  void F04_retryAfterInSecondsHoldsForTheWholeRegistry() {
    fake.failNext(FakeRegistry.status(429, "Retry-After", "120"));
    TryLater refused = later("acme/api:1");
    assertThat(refused.until()).isBetween(rig.now().plusSeconds(120), rig.now().plusSeconds(133));
    rig.pass(Duration.ofSeconds(119));
    assertThatThrownBy(() -> resolve("acme/web:1")).isInstanceOf(TryLater.class);
    assertThat(fake.seen).hasSize(1);
    rig.pass(Duration.ofSeconds(15));
    assertThat(resolve("acme/web:1")).isNotNull();
  }

  @Test
  void F04_retryAfterMayBeADateAndMayComeWith503() {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            rig.now().plusSeconds(300).atOffset(ZoneOffset.UTC));
    fake.failNext(FakeRegistry.status(503, "Retry-After", date));
    assertThat(later("acme/api:1").until())
        .isBetween(rig.now().plusSeconds(300), rig.now().plusSeconds(331));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9999999999", "Fri, 21 Nov 2136 12:00:00 GMT"})
  void F04_nobodySwitchesTheAgentOffWithAHeader(String forever) {
    fake.failNext(FakeRegistry.status(429, "Retry-After", forever));
    assertThat(later("acme/api:1").until()).isBefore(rig.now().plus(Duration.ofMinutes(70)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "soon", "0", "Fri, 21 Nov 1999 12:00:00 GMT", ""})
  void F04_aRetryAfterWithoutSenseStillMeansLater(String nonsense) {
    fake.failNext(FakeRegistry.status(429, "Retry-After", nonsense));
    assertThat(later("acme/api:1").until()).isAfter(rig.now());
  }

  @Test
  void F04_withoutRetryAfterTheWaitsGrow() {
    for (int i = 0; i < 100; i++) {
      fake.failNext(FakeRegistry.status(429));
    }
    for (int second = 0; second < 6 * 3600; second += 10) {
      assertThatThrownBy(() -> resolve("acme/api:1")).isInstanceOf(TryLater.class);
      rig.pass(Duration.ofSeconds(10));
    }
    assertThat(fake.seen).hasSizeBetween(10, 30);
  }

  @Test
  void F04_aUsedUpQuotaStopsTheQuestionsBeforeTheyFail() {
    fake.extraHeaders.put("ratelimit-limit", "100;w=21600");
    fake.extraHeaders.put("ratelimit-remaining", "0;w=21600");
    assertThat(resolve("acme/api:1")).isNotNull();
    assertThat(later("acme/web:1").getMessage()).contains("quota");
    rig.pass(Duration.ofMinutes(16));
    fake.extraHeaders.put("ratelimit-remaining", "50;w=21600");
    assertThat(resolve("acme/web:1")).isNotNull();
    assertThat(resolve("acme/api:1")).isNotNull();
  }

  @Test
  void aJumpOfTheWallClockNeitherStopsNorFloods() {
    fake.failNext(FakeRegistry.status(429, "Retry-After", "60"));
    later("acme/api:1");
    rig.jumpWallClock(Duration.ofDays(2));
    assertThatThrownBy(() -> resolve("acme/api:1")).isInstanceOf(TryLater.class);
    rig.jumpWallClock(Duration.ofDays(-4));
    rig.pass(Duration.ofSeconds(70));
    assertThat(resolve("acme/api:1")).isNotNull();
  }

  @Test
  void whateverIsAskedTheRegistrySeesNoStorm() {
    int answered = 0;
    for (int i = 0; i < 1000; i++) {
      try {
        resolve("acme/api:1");
        answered++;
      } catch (TryLater e) {
        assertThat(e).hasMessageContaining("requests a second");
      }
    }
    assertThat(answered).isEqualTo(Budget.BURST);
    assertThat(fake.seen).hasSize(Budget.BURST);
    rig.pass(Duration.ofSeconds(1));
    assertThat(resolve("acme/api:1")).isNotNull();
  }

  @Test
  void whereNobodyListensTheRegistryIsUnavailableAndNotAskedForEachImage() throws IOException {
    String closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = "127.0.0.1:" + socket.getLocalPort();
    }
    assertThatThrownBy(() -> rig.registry.resolve(ImageReference.parse(closed + "/a:1")))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("cannot be reached");
    assertThatThrownBy(() -> rig.registry.resolve(ImageReference.parse(closed + "/b:1")))
        .isInstanceOf(TryLater.class);
    assertThat(rig.statuses).containsExactly(0);
  }

  @Test
  void anAnswerThatBreaksOffIsUnavailable() {
    fake.failNext(
        exchange -> {
          exchange.sendResponseHeaders(200, 1000);
          exchange
              .getResponseBody()
              .write("{\"tags\":[".getBytes(java.nio.charset.StandardCharsets.UTF_8));
          exchange.getResponseBody().flush();
          exchange.close();
        });
    assertThatThrownBy(() -> rig.registry.tags(rig.image("acme/api")))
        .isInstanceOf(Unavailable.class);
  }

  private TryLater later(String image) {
    return catchThrowableOfType(TryLater.class, () -> resolve(image));
  }

  private Object resolve(String image) {
    return rig.registry.resolve(rig.image(image));
  }
}
