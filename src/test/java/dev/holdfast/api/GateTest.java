package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask for what over TCP. */
@QuarkusTest
@TestProfile(TestAgent.class)
class GateTest {
  private static final String TOKEN = "s3cr3t-0123456789";

  @Inject FakeApps apps;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void oneAppAndNoToken() throws IOException {
    apps.clear();
    apps.put(Views.synced("shop"));
    Files.deleteIfExists(TestAgent.TOKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.0.0.1:7460",
        "localhost:80",
        "LOCALHOST",
        "[::1]:7460",
        "127.8.8.8"
      })
  void readsFromThisMachineToALoopbackNameNeedNoToken(String host) throws IOException {
    assertThat(Wire.get(address.getPort(), "/api/v1/apps", "Host: " + host).status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example.com",
        "127.0.0.1.evil.example.com",
        "localhost.evil.example.com:80",
        "10.0.0.1",
        "[fe80::1]",
        "0x7f.1",
        ""
      })
  void aPageThatPointedItsOwnNameHereReadsNothing(String host) throws IOException {
    for (String path : new String[] {"/api/v1/apps", "/q/metrics", "/q/health/ready", "/"}) {
      Wire.Answer answer = Wire.get(address.getPort(), path, "Host: " + host);
      assertThat(answer.status()).as(path).isBetween(400, 403);
      assertThat(answer.body()).doesNotContain("shop");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"X-Forwarded-For: 203.0.113.9", "Forwarded: for=203.0.113.9", "Via: 1.1 proxy"})
  void whatAProxyBringsInIsNotThisMachine(String header) throws IOException {
    assertThat(Wire.get(address.getPort(), "/api/v1/apps", header).status()).isEqualTo(403);
  }

  @Test
  void withoutATokenFileNoWriteComesInOverTcpAndTheReasonIsSaid() throws IOException {
    Wire.Answer answer = Wire.send(address.getPort(), "POST /api/v1/apps/shop/sync", "");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.type()).contains("application/problem+json");
    assertThat(answer.json().path("detail").asText())
        .contains("api.token-file")
        .contains("unix socket");
    assertThat(apps.requests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Authorization: Bearer wrong",
        "Authorization: Bearer ",
        "Authorization: Basic czNjcjN0",
        "X-Nothing: 1",
        "Authorization: s3cr3t-0123456789"
      })
  void aWriteWithoutTheRightTokenIsRefused(String header) throws IOException {
    Files.writeString(TestAgent.TOKEN, TOKEN + "\n");
    Wire.Answer answer = Wire.send(address.getPort(), "POST /api/v1/apps/shop/sync", "", header);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.head()).containsIgnoringCase("WWW-Authenticate: Bearer");
    assertThat(answer.body()).doesNotContain(TOKEN);
    assertThat(apps.requests()).isEmpty();
  }

  @Test
  void theTokenOpensWritesAndAnyHostAndANewOneCountsAtOnce() throws IOException {
    Files.writeString(TestAgent.TOKEN, TOKEN + "\n");
    assertThat(
            Wire.send(
                    address.getPort(),
                    "POST /api/v1/apps/shop/sync",
                    "",
                    "Authorization: Bearer " + TOKEN,
                    "Host: ops.example.com")
                .status())
        .isEqualTo(202);
    Files.writeString(TestAgent.TOKEN, "another\n");
    assertThat(
            Wire.send(
                    address.getPort(),
                    "POST /api/v1/apps/shop/sync",
                    "",
                    "Authorization: Bearer " + TOKEN)
                .status())
        .isEqualTo(401);
    assertThat(
            Wire.send(
                    address.getPort(),
                    "POST /api/v1/apps/shop/hold",
                    "",
                    "authorization: bearer another")
                .status())
        .isEqualTo(202);
    assertThat(apps.requests()).containsExactly("sync shop", "hold shop by token: null");
  }

  @Test
  void anEmptyTokenFileLetsNobodyIn() throws IOException {
    Files.writeString(TestAgent.TOKEN, "\n");
    assertThat(
            Wire.send(
                    address.getPort(), "POST /api/v1/apps/shop/sync", "", "Authorization: Bearer ")
                .status())
        .isEqualTo(401);
    assertThat(Wire.send(address.getPort(), "POST /api/v1/apps/shop/sync", "").status())
        .isEqualTo(401);
  }

  @Test
  void noOriginIsToldThatItMayRead() throws IOException {
    Wire.Answer answer =
        Wire.get(address.getPort(), "/api/v1/apps", "Origin: https://evil.example.com");
    assertThat(answer.head()).doesNotContainIgnoringCase("Access-Control-Allow");
  }
}
