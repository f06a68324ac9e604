package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailuresTest {
  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of(
            new Failures.Status(404, "{\"message\":\"No such container: x\"}"),
            EngineException.NotFound.class),
        Arguments.of(
            new Failures.Status(409, "{\"message\":\"in use\"}"), EngineException.Conflict.class),
        Arguments.of(
            new Failures.Status(400, "{\"message\":\"invalid mount\"}"),
            EngineException.Refused.class),
        Arguments.of(
            new Failures.Status(500, "{\"message\":\"boom\"}"), EngineException.Ambiguous.class),
        Arguments.of(
            wrapped(new ConnectException("Connection refused")), EngineException.Unreachable.class),
        Arguments.of(
            wrapped(new SocketException("No such file or directory")),
            EngineException.Unreachable.class),
        Arguments.of(
            wrapped(new SocketException("Permission denied")), EngineException.Unreachable.class),
        Arguments.of(
            wrapped(new UnknownHostException("docker.lan")), EngineException.Unreachable.class),
        Arguments.of(
            wrapped(new SSLHandshakeException("handshake_failure")),
            EngineException.Unreachable.class),
        Arguments.of(
            wrapped(new SocketException("Connection reset")), EngineException.Ambiguous.class),
        Arguments.of(wrapped(new SocketException("Broken pipe")), EngineException.Ambiguous.class),
        Arguments.of(wrapped(new EOFException()), EngineException.Ambiguous.class),
        Arguments.of(wrapped(new ClosedByInterruptException()), EngineException.Ambiguous.class));
  }

  private static RuntimeException wrapped(IOException cause) {
    return new RuntimeException(cause);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void isNamedByWhatIsKnownAfterwards(RuntimeException failure, Class<?> kind) {
    assertThat(Failures.translate("start container x", failure))
        .isInstanceOf(kind)
        .hasMessageStartingWith("could not start container x: ");
  }

  @Test
  void carriesTheEnginesOwnWords() {
    assertThat(
            Failures.translate(
                "start api",
                new Failures.Status(500, "{\"message\":\"port is already allocated\"}")))
        .hasMessage("could not start api: port is already allocated (the engine answered 500)");
    assertThat(Failures.message("<html>Bad Gateway</html>")).isEqualTo("<html>Bad Gateway</html>");
    assertThat(Failures.message("")).isEqualTo("it gave no reason");
    assertThat(Failures.message("x".repeat(100_000))).hasSizeLessThan(3000);
  }

  @Test
  void saysWhatToDoWhenTheSocketIsForbidden() {
    assertThat(Failures.translate("look", wrapped(new SocketException("Permission denied"))))
        .hasMessageContaining("group docker");
  }

  @Test
  void f60SaysHowToBeRidOfAStaleEndpoint() {
    String message =
        Failures.ofStatus(
                "start container shop-api-1",
                403,
                "endpoint with name shop-api-1 already exists in network shop_default")
            .getMessage();
    assertThat(message)
        .contains("`docker network disconnect --force shop_default shop-api-1`")
        .contains("restart the engine");
    assertThat(
            Failures.ofStatus("x", 403, "endpoint with name $(id) already exists in network `id`"))
        .message()
        .doesNotContain("disconnect");
  }

  @Test
  void f125SaysWhenTheFirewallHasLostTheEnginesRules() {
    assertThat(
            Failures.ofStatus(
                "start container shop-api-1",
                500,
                "iptables -t nat -A DOCKER: iptables: No chain/target/match by that name."))
        .isInstanceOf(EngineException.HostBroken.class)
        .message()
        .contains("-t nat -A DOCKER", "restart the engine", "no release is to blame");
  }
}
