package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.cli.Command;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command line against a running agent, through its unix socket. */
@QuarkusTest
@TestProfile(TestAgent.class)
class UnixSocketTest {
  @Inject FakeApps apps;

  @BeforeEach
  void oneApp() {
    apps.clear();
    apps.put(Views.synced("shop"));
  }

  @Test
  void statusShowsTheAppsOfTheAgent() {
    Command.Result result = Command.run("--socket", TestAgent.SOCKET.toString(), "status");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("shop")
        .contains("Synced")
        .contains(Views.OLD)
        .contains("ghcr.io/acme/api:1.4.2");
  }

  @Test
  void jsonIsTheObjectOfTheApi() throws Exception {
    Command.Result result =
        Command.run("--socket", TestAgent.SOCKET.toString(), "status", "shop", "-o", "json");
    JsonNode app = new JsonMapper().readTree(result.out());
    assertThat(app.properties().stream().map(java.util.Map.Entry::getKey))
        .contains(
            "app",
            "phase",
            "reason",
            "environment",
            "server",
            "release",
            "version",
            "commit",
            "source",
            "desired",
            "lastGood")
        .contains("quarantined", "hold", "approval", "services", "deployment");
    assertThat(app.path("source").properties().stream().map(java.util.Map.Entry::getKey))
        .containsExactlyInAnyOrder("url", "ref", "revision", "checkedAt", "error");
    assertThat(
            app.path("services").get(0).path("containers").get(0).properties().stream()
                .map(java.util.Map.Entry::getKey))
        .containsExactlyInAnyOrder("id", "name", "state", "health", "restarts", "startedAt");
  }

  @Test
  void aRequestIsDoneInTheNameOfTheUserAtTheOtherEnd() {
    Command.Result result =
        Command.run(
            "--socket", TestAgent.SOCKET.toString(), "hold", "shop", "--reason", "stocktaking");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(apps.requests())
        .isEqualTo(List.of("hold shop by " + System.getProperty("user.name") + ": stocktaking"));
  }

  @Test
  void whatMigrationsWouldApplyIsShownWithTheExitStatusAndProposedWhereItIsNotDeclared() {
    Command.Result result =
        Command.run("--socket", TestAgent.SOCKET.toString(), "status", "--migrations", "shop");
    assertThat(result.code()).as("one could not be asked").isEqualTo(1);
    assertThat(result.out())
        .contains("  api: npx prisma migrate deploy")
        .contains("    npx prisma migrate status: exit status 1")
        .contains("    | 1 to apply")
        .contains("    declare `status: [npx, prisma, migrate, status]` there to see it")
        .contains("could not be asked because not there");
    assertThat(apps.requests().getLast()).startsWith("migrations shop false by ");
    assertThat(Command.run("--socket", TestAgent.SOCKET.toString(), "status", "--pull").code())
        .isEqualTo(2);
  }

  /** A socket that is forwarded to a port is in reach of whatever page its person has open. */
  @Test
  void aBrowserOverAForwardedSocketServesNoOtherSite() throws Exception {
    String hold = "POST /api/v1/apps/shop/hold HTTP/1.1\r\n";
    assertThat(ask(hold + "Host: localhost:7460\r\nOrigin: https://evil.example.com\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(ask(hold + "Host: evil.example.com\r\n")).startsWith("HTTP/1.1 403");
    assertThat(ask("GET /api/v1/apps HTTP/1.1\r\nHost: evil.example.com:7460\r\n"))
        .startsWith("HTTP/1.1 403")
        .doesNotContain("shop");
    assertThat(ask("GET /api/v1/apps HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-site\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(apps.requests()).isEmpty();
    assertThat(ask(hold + "Host: holdfast\r\n")).startsWith("HTTP/1.1 202");
    assertThat(ask("GET / HTTP/1.1\r\nHost: localhost:7460\r\nAccept: text/html\r\n"))
        .startsWith("HTTP/1.1 200")
        .contains("shop");
  }

  private static String ask(String head) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(TestAgent.SOCKET))) {
      String request = head + "Content-Length: 0\r\nConnection: close\r\n\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
