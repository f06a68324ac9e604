package dev.holdfast.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import dev.holdfast.registry.Http.Request;
import dev.holdfast.registry.RegistryException.Unavailable;
import dev.holdfast.registry.Wire.Question;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class WireTest {
  private final List<Integer> statuses = new ArrayList<>();
  private final Ticks ticks = Ticks.SYSTEM;
  private final Throttle throttle = new Throttle(ticks, new Random(1));
  private final Wire wire =
      new Wire(new Http(), throttle, (registry, status) -> statuses.add(status), ticks);

  private Question question(String base, Duration limit) {
    Endpoint endpoint = new Endpoint("registry.example", URI.create(base));
    return new Question("look up x", endpoint, "x", ticks.after(limit));
  }

  private Question question(String base) {
    return question(base, Duration.ofSeconds(10));
  }

  private static Request get(String uri) {
    return new Request("GET", URI.create(uri), Map.of(), null, 100);
  }

  @Test
  void httpsIsNeverTradedForPlainHttp() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
      Thread.ofPlatform().daemon().start(() -> answerInPlainHttp(plain));
      String https = "https://127.0.0.1:" + plain.getLocalPort();
      assertThatThrownBy(() -> wire.send(question(https), get(https + "/v2/"), "registry.example"))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("TLS with registry.example failed")
          .hasMessageContaining("insecure: true");
      assertThat(statuses).containsExactly(0);
    }
  }

  private static void answerInPlainHttp(ServerSocket server) {
    try (Socket socket = server.accept()) {
      byte[] hello = socket.getInputStream().readNBytes(5);
      assertThat(hello[0]).as("a TLS handshake").isEqualTo((byte) 22);
      String answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Timeout(10)
  void aRegistryThatDripsIsLeftAtTheTimeLimitAndHangsUpOn() throws Exception {
    CountDownLatch hungUp = new CountDownLatch(1);
    try (FakeRegistry fake = new FakeRegistry()) {
      fake.failNext(exchange -> drip(exchange, hungUp));
      String base = "http://" + fake.name();
      assertThatThrownBy(
              () ->
                  wire.send(
                      question(base, Duration.ofSeconds(2)), get(base + "/v2/"), "the registry"))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("did not answer in time");
      assertThat(hungUp.await(3, TimeUnit.SECONDS)).as("the connection is closed").isTrue();
      assertThat(statuses).containsExactly(0);
    }
  }

  private static void drip(HttpExchange exchange, CountDownLatch hungUp) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    try {
      while (true) {
        exchange.getResponseBody().write(' ');
        exchange.getResponseBody().flush();
        Thread.sleep(100);
      }
    } catch (IOException e) {
      hungUp.countDown();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aNameWithoutAddressClosesTheWholeRegistryForAMoment() {
    String nowhere = "https://registry.invalid";
    assertThatThrownBy(
            () -> wire.send(question(nowhere), get(nowhere + "/v2/"), "registry.invalid"))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("no address in the DNS");
    assertThatThrownBy(() -> throttle.admit("registry.example", "anything"))
        .isInstanceOf(RegistryException.TryLater.class);
  }
}
