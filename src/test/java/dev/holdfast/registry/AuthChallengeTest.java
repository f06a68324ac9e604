package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthChallengeTest {
  @Test
  void commasAndQuotesInsideValuesStayInsideThem() {
    AuthChallenge challenge =
        AuthChallenge.choose(
                List.of(
                    "Bearer realm=\"https://auth.example/token?a=b,c\", service=plain ,"
                        + " scope=\"repository:a:pull,push\",error=\"say \\\"no\\\"\""))
            .orElseThrow();
    assertThat(challenge.parameters())
        .isEqualTo(
            Map.of(
                "realm", "https://auth.example/token?a=b,c",
                "service", "plain",
                "scope", "repository:a:pull,push",
                "error", "say \"no\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Basic realm=\"x\", Bearer realm=\"https://a/t\" | bearer",
        "Negotiate, Basic realm=\"x, Bearer realm=y\" | basic",
        "bEaReR realm=https://a/t | bearer",
        "Bearer service=\"no realm\", BASIC | basic",
      })
  void oneOfSeveralChallengesIsChosen(String header, String scheme) {
    assertThat(AuthChallenge.choose(List.of(header)).orElseThrow().scheme()).isEqualTo(scheme);
  }

  @Test
  void challengesMayComeInSeveralHeaders() {
    assertThat(
            AuthChallenge.choose(List.of("Digest nonce=\"1\"", "Bearer realm=\"https://a/t\""))
                .flatMap(challenge -> challenge.parameter("realm")))
        .contains("https://a/t");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",,,", "Digest nonce=x", "=\"x\"", "Bearer", "\"\"", "Bearer realm"})
  void whatCannotBeAnsweredIsNoChallenge(String header) {
    assertThat(AuthChallenge.choose(List.of(header))).isEmpty();
  }

  @Test
  @Timeout(2)
  void aHugeHeaderCostsNothing() {
    assertThat(AuthChallenge.choose(List.of("Bearer realm=\"" + "\\a".repeat(100_000)))).isEmpty();
    assertThat(AuthChallenge.choose(List.of("Bearer realm=\"" + "\\a".repeat(1_900) + "\"")))
        .isPresent();
    assertThat(AuthChallenge.choose(List.of("Bearer " + "a,".repeat(1_900)))).isEmpty();
  }
}
