package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever asks something gets an answer, whatever else hangs on the port. */
@QuarkusTest
@TestProfile(TestAgent.class)
class DoorkeeperTest {
  @Inject FakeApps apps;
  @Inject Doorkeeper doorkeeper;

  @TestHTTPResource("/")
  URI address;

  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void oneApp() throws IOException {
    apps.clear();
    apps.put(Views.synced("shop"));
    assertAnswers();
  }

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Test
  void moreHalfOpenRequestsThanThereArePlacesForStarveNobody() throws Exception {
    List<Socket> answered = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      answered.add(open("GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      assertThat(answered.get(i).getInputStream().read()).isEqualTo('H');
    }
    for (int i = 0; i < 400; i++) {
      open("GET /api/v1/apps HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
      if (i % 50 == 49) {
        assertAnswers();
      }
    }
    assertThat(doorkeeper.open()).isLessThanOrEqualTo(Doorkeeper.MOST);
    for (Socket socket : answered) {
      assertThat(socket.getInputStream().read()).as("whoever is answered stays").isPositive();
    }
  }

  @Test
  void aRequestThatTricklesEndsInTime() throws Exception {
    Socket head = open("GET /api/v1/apps HTTP/1.1\r\nHost: localhost\r\n");
    Socket body = open("GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\n");
    Socket silent = open("");
    Socket second = open("GET /assets/icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertThat(second.getInputStream().read()).isEqualTo('H');
    long end = System.nanoTime() + 14_000_000_000L;
    boolean allGone = false;
    while (!allGone && System.nanoTime() < end) {
      Thread.sleep(500);
      allGone = isGone(head, "a") & isGone(body, "b") & isGone(silent, "") & isGone(second, "G");
    }
    assertThat(allGone).isTrue();
    assertAnswers();
  }

  @Test
  void theNextRequestOnTheSameConnectionIsAnswered() throws Exception {
    Socket socket = open("");
    byte[] request = "GET /assets/icon.svg HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes();
    for (int i = 0; i < 3; i++) {
      socket.getOutputStream().write(request);
      StringBuilder answer = new StringBuilder();
      while (!answer.toString().endsWith("</svg>\n")) {
        int read = socket.getInputStream().read();
        assertThat(read).isNotNegative();
        answer.append((char) read);
      }
      assertThat(answer.toString()).startsWith("HTTP/1.1 200");
    }
  }

  /** Sends one more byte, and sees whether the other end has closed. */
  private static boolean isGone(Socket socket, String trickle) throws IOException {
    try {
      socket.getOutputStream().write(trickle.getBytes(StandardCharsets.US_ASCII));
      socket.setSoTimeout(1);
      while (socket.getInputStream().read() >= 0) {
        // What was answered before.
        continue;
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private void assertAnswers() throws IOException {
    assertThat(Wire.get(address.getPort(), "/api/v1/apps").status()).isEqualTo(200);
  }

  private Socket open(String text) throws IOException {
    Socket socket = new Socket("127.0.0.1", address.getPort());
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    sockets.add(socket);
    return socket;
  }
}
