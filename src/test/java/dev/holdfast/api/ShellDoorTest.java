package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may sit at a container, and what a broken or hostile client of that does to the agent. */
@QuarkusTest
@TestProfile(TestAgent.class)
class ShellDoorTest {
  private static final String WISH =
      "{\"service\":\"api\",\"command\":[\"id\"],\"terminal\":true,\"rows\":24,\"columns\":80}";
  @Inject FakeApps apps;
  @Inject TestAgent.Clock clock;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void oneApp() throws IOException {
    Files.writeString(TestAgent.TOKEN, "token");
    apps.clear();
    apps.put(Views.synced("shop"));
  }

  /** A client on the unix socket that says exactly what a test has it say. */
  private static final class Client implements AutoCloseable {
    final SocketChannel channel;
    final InputStream in;

    Client(String head) throws IOException {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(TestAgent.SOCKET));
      in = Channels.newInputStream(channel);
      channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
    }

    static Client seated() throws IOException {
      Client client = new Client(request("/api/v1/apps/shop/shell"));
      assertThat(client.head()).startsWith("HTTP/1.1 101");
      return client;
    }

    String head() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        head.append((char) next);
      }
      return head.toString();
    }

    void send(char kind, String content) throws IOException {
      byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
      ByteBuffer frame = ByteBuffer.allocate(5 + bytes.length);
      frame.put((byte) kind).putInt(bytes.length).put(bytes).flip();
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
    }

    /** The next frame as its kind and text; empty where the connection is over. */
    String read() throws IOException {
      DataInputStream data = new DataInputStream(in);
      int kind = data.read();
      if (kind < 0) {
        return "";
      }
      return (char) kind + new String(data.readNBytes(data.readInt()), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static String request(String path, String... headers) {
    return "GET "
        + path
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: holdfast-shell\r\n"
        + String.join("", List.of(headers))
        + "\r\n";
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 100 && !condition.getAsBoolean(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  @Test
  void whatIsTypedGoesInWhatIsPrintedComesOutAndTheEndHasTheStatus() throws Exception {
    try (Client client = Client.seated()) {
      client.send('O', WISH);
      assertThat(client.read()).isEqualTo("Sa fake");
      assertThat(client.read()).isEqualTo("B");
      client.send('I', "a");
      assertThat(client.read()).isEqualTo("oa");
      client.send('I', "!");
      assertThat(client.read()).isEqualTo("e!");
      client.send('R', "\000\062\000\144");
      until(() -> apps.requests().contains("window 50 100"));
      client.send('I', "\n");
      assertThat(client.read()).isEqualTo("o\n");
      client.send('E', "");
      assertThat(client.read()).isEqualTo("X{\"exitStatus\":1,\"reason\":null}");
      assertThat(client.read()).isEmpty();
    }
    assertThat(apps.requests().getFirst())
        .contains("shell shop", "command=[id]", "by " + System.getProperty("user.name"));
    assertThat(apps.requests()).contains("window 24 80");
  }

  @Test
  void whoGoesAwayEndsIt() throws Exception {
    Client client = Client.seated();
    client.send('O', WISH);
    assertThat(client.read()).isEqualTo("Sa fake");
    client.close();
    until(
        () ->
            apps.requests().stream().anyMatch(request -> request.contains("cut off"))
                || apps.requests().size() > 1);
  }

  @Test
  void anHourInWhichNothingIsTypedOrPrintedEndsItAndLessDoesNot() throws Exception {
    try (Client client = Client.seated()) {
      client.send('O', WISH);
      assertThat(client.read()).isEqualTo("Sa fake");
      assertThat(client.read()).isEqualTo("B");
      for (String typed : List.of("a", "b")) {
        clock.pass(Duration.ofMinutes(59));
        Thread.sleep(200);
        client.send('I', typed);
        assertThat(client.read()).isEqualTo("o" + typed);
      }
      clock.pass(Duration.ofMinutes(61));
      assertThat(client.read())
          .startsWith("X{\"exitStatus\":null")
          .contains("nothing was typed or printed for 60 minutes");
      assertThat(client.read()).isEmpty();
    }
  }

  @Test
  void whoDoesNotSayWhatIsWantedIsNotWaitedFor() throws Exception {
    try (Client client = Client.seated()) {
      Thread.sleep(200);
      clock.pass(Duration.ofSeconds(11));
      assertThat(client.read()).isEmpty();
    }
  }

  /** The status alone: after it the connection may stay open. */
  private static int status(int port, String request) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      return Integer.parseInt(line.substring(9));
    }
  }

  @Test
  void itIsAWriteForWhoHasTheTokenOrTheSocketAlone() throws Exception {
    int port = address.getPort();
    String path = "/api/v1/apps/shop/shell";
    assertThat(status(port, request(path))).isEqualTo(401);
    assertThat(status(port, request(path, "Authorization: Bearer wrong\r\n"))).isEqualTo(401);
    assertThat(status(port, request(path, "Cookie: holdfast-" + port + "=x\r\n"))).isEqualTo(401);
    String elsewhere = "Origin: http://evil.example\r\nSec-Fetch-Site: cross-site\r\n";
    assertThat(status(port, request(path, elsewhere))).isEqualTo(403);
    // A detour to the same place, and another spelling of the header.
    String detour = request("/api/v1/x/../apps/shop/shell").replace("holdfast", "HoldFast");
    assertThat(status(port, detour)).isEqualTo(401);
    assertThat(status(port, request(path, "Authorization: Bearer token\r\n"))).isEqualTo(101);
    assertThat(apps.requests()).isEmpty();
  }

  @Test
  void whatCannotBeIsRefusedInWords() throws Exception {
    int port = address.getPort();
    assertThat(Wire.get(port, "/api/v1/apps/shop/shell").status()).isEqualTo(426);
    try (Client client = new Client(request("/api/v1/apps/nobody/shell"))) {
      assertThat(client.head()).startsWith("HTTP/1.1 404");
    }
    try (Client client = Client.seated()) {
      client.send('O', "{\"service\":\"missing\"}");
      assertThat(client.read())
          .isEqualTo("X{\"exitStatus\":null,\"reason\":\"there is no such service\"}");
    }
    try (Client client = Client.seated()) {
      client.send('O', "{\"service\":\"a b\"}");
      assertThat(client.read()).contains("`service` must name one");
      assertThat(client.read()).isEmpty();
    }
    for (String wish : List.of("[]", "{", "{\"service\":\"api\",\"user\":\"root\"}")) {
      try (Client client = Client.seated()) {
        client.send('O', wish);
        assertThat(client.read()).startsWith("X{\"exitStatus\":null");
      }
    }
    try (Client client = Client.seated()) {
      client.send('I', "first");
      assertThat(client.read()).contains("the first frame");
    }
  }

  @Test
  void aFrameOfAnyLengthTakesNoMemoryAndASecondWishEndsIt() throws Exception {
    try (Client client = Client.seated()) {
      ByteBuffer head = ByteBuffer.allocate(5).put((byte) 'O').putInt(Integer.MAX_VALUE).flip();
      client.channel.write(head);
      assertThat(client.read()).contains("longer than 65536 bytes");
    }
    try (Client client = Client.seated()) {
      client.send('O', WISH);
      client.send('O', WISH);
      String last = "";
      for (String next = client.read(); !next.isEmpty(); next = client.read()) {
        last = next;
      }
      assertThat(last).startsWith("X").contains("said once");
    }
    // Much more than is held: it comes back whole, as the reader takes it.
    try (Client client = Client.seated()) {
      client.send('O', WISH);
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 40; i++) {
                        client.send('I', "x".repeat(999) + "\n");
                      }
                      client.send('E', "");
                    } catch (IOException e) {
                      throw new AssertionError(e);
                    }
                  });
      int printed = 0;
      String last = "";
      for (String next = client.read(); !next.isEmpty(); next = client.read()) {
        printed += next.startsWith("o") ? next.length() - 1 : 0;
        last = next;
      }
      writer.join();
      assertThat(printed).isEqualTo(40_000);
      assertThat(last).contains("\"exitStatus\":40");
    }
  }

  @Test
  void nothingIsTakenInAfterWhatIsNoFrame() throws Exception {
    try (Client client = Client.seated()) {
      client.send('O', "{\"service\":\"slow\"}");
      assertThat(client.read()).isEqualTo("Sa fake");
      assertThat(client.read()).isEqualTo("B");
      ByteBuffer head = ByteBuffer.allocate(5).put((byte) 'I').putInt(Integer.MAX_VALUE).flip();
      client.channel.write(head);
      client.channel.configureBlocking(false);
      long taken = 0;
      long end = System.nanoTime() + 1_500_000_000L;
      while (System.nanoTime() < end && taken < 32 << 20) {
        taken += client.channel.write(ByteBuffer.allocate(64 * 1024));
      }
      assertThat(taken).as("the agent has 64 MiB in all").isLessThan(8 << 20);
      client.channel.configureBlocking(true);
      assertThat(client.read()).startsWith("X").contains("longer than 65536 bytes");
    }
  }

  private long windows() {
    return apps.requests().stream().filter(request -> request.startsWith("window")).count();
  }

  @Test
  void aWindowThatChangesAllTheTimeIsToldAsOftenAsTheContainerTakesIt() throws Exception {
    try (Client client = Client.seated()) {
      client.send('O', "{\"service\":\"slow\",\"terminal\":true}");
      assertThat(client.read()).isEqualTo("Sa fake");
      assertThat(client.read()).isEqualTo("B");
      for (int i = 0; i < 5_000; i++) {
        client.send('R', "\000\001\000\001");
      }
      client.send('R', "\000\002\000\003");
      until(() -> apps.requests().contains("window 2 3"));
      long told = windows();
      Thread.sleep(500);
      assertThat(windows()).isLessThanOrEqualTo(told + 1);
      assertThat(apps.requests().getLast()).isEqualTo("window 2 3");
    }
  }
}
