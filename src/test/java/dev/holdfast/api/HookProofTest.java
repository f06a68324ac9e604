package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who knows a hook's secret, in the words of each sender. */
class HookProofTest {
  private static final String SECRET = "It's a Secret to Everybody";
  // GitHub's own example: docs.github.com, "Validating webhook deliveries".
  private static final String BODY = "Hello, World!";
  private static final String HMAC =
      "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

  private static boolean holds(String secret, Map<String, String> headers, String token) {
    Map<String, String> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    given.putAll(headers);
    HookProof proof = HookProof.of(secret, given::get, token);
    for (String part : BODY.split("(?<=,)")) {
      proof.body(part.getBytes(StandardCharsets.UTF_8));
    }
    boolean holds = proof.holds();
    assertThat(holds && proof.isHopeless()).isFalse();
    return holds;
  }

  static Stream<Arguments> senders() {
    return Stream.of(
        arguments("GitHub, GHCR, plain HMAC", "X-Hub-Signature-256", "sha256=" + HMAC),
        arguments("Gitea", "X-Gitea-Signature", HMAC),
        arguments("Forgejo", "X-Forgejo-Signature", HMAC),
        arguments("another agent's notifier", "Holdfast-Signature", "sha256=" + HMAC),
        arguments("GitLab", "X-Gitlab-Token", SECRET),
        arguments("distribution", "Authorization", "Bearer " + SECRET),
        arguments(
            "distribution by its URL",
            "Authorization",
            "Basic eDpJdCdzIGEgU2VjcmV0IHRvIEV2ZXJ5Ym9keQ=="));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("senders")
  void whoKnowsTheSecretIsLetIn(String sender, String header, String value) {
    assertThat(holds(SECRET, Map.of(header, value), null)).as(sender).isTrue();
    assertThat(holds("another", Map.of(header, value), null)).as(sender).isFalse();
    assertThat(holds(SECRET, Map.of(header, value + "0"), null)).as(sender).isFalse();
    assertThat(holds("", Map.of(header, value), null)).as("without a secret nobody").isFalse();
  }

  @Test
  void dockerHubHasNothingButItsAddress() {
    assertThat(holds(SECRET, Map.of(), SECRET)).isTrue();
    assertThat(holds(SECRET, Map.of(), "x")).isFalse();
    assertThat(holds("", Map.of(), "")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Basic", "Basic !!", "Basic eA==", "Bearer", "Bearer ", "sha256="})
  void nothingAndNonsenseLetNobodyIn(String value) {
    for (String header : new String[] {"Authorization", "X-Hub-Signature-256", "X-Gitlab-Token"}) {
      assertThat(holds(SECRET, Map.of(header, value), value)).isFalse();
    }
    assertThat(HookProof.of(SECRET, name -> null, null).isHopeless()).isTrue();
  }
}
