package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code POST /hooks/{name}} over TCP. */
@QuarkusTest
@TestProfile(TestAgent.class)
class HookDoorTest {
  @Inject TestAgent.TestHooks hooks;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void fresh() {
    hooks.secret("s3cr3t");
    hooks.woken.set(0);
  }

  private record Answer(int status, String type, String body) {}

  private Answer post(String path, Map<String, String> headers, byte[] body) throws IOException {
    return send("POST", path, headers, body);
  }

  private Answer send(String method, String path, Map<String, String> headers, byte[] body)
      throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) address.resolve(path).toURL().openConnection();
    connection.setRequestMethod(method);
    headers.forEach(connection::setRequestProperty);
    if (body.length > 0) {
      connection.setDoOutput(true);
      connection.getOutputStream().write(body);
    }
    int status = connection.getResponseCode();
    try (InputStream in =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      String text = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(status, String.valueOf(connection.getContentType()), text);
    }
  }

  private static String signature(byte[] body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("s3cr3t".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "a hook comes unsigned, for a deleted branch, of an unknown kind, twice in a second",
      then = "a wrong signature is 401; every other one makes the agent look, and polling goes on")
  void F31_whoeverSignsMakesTheAgentLookWhateverTheBodySays() throws Exception {
    for (String body : new String[] {"{\"deleted\":true}", "not json", "{\"zen\":\"hi\"}"}) {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      assertThat(
              post("/hooks/git", Map.of("X-Hub-Signature-256", signature(bytes)), bytes).status())
          .isEqualTo(202);
    }
    assertThat(hooks.woken).hasValue(3);
    Answer wrong =
        post(
            "/hooks/git", Map.of("X-Hub-Signature-256", signature(new byte[] {1})), new byte[] {2});
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.type()).startsWith("application/problem+json");
    assertThat(wrong.body()).contains("\"status\":401", "secret-file").doesNotContain("s3cr3t");
    assertThat(post("/hooks/git", Map.of(), new byte[] {2}).status()).isEqualTo(401);
    assertThat(hooks.woken).hasValue(3);
  }

  @Test
  void aPushOfManyCommitsMayBeLargerThanAnyOtherRequest() throws Exception {
    byte[] body = new byte[3 << 20];
    assertThat(post("/hooks/git", Map.of("X-Hub-Signature-256", signature(body)), body).status())
        .isEqualTo(202);
    assertThat(hooks.woken).hasValue(1);
  }

  @Test
  void aBodyWithoutAnEndIsNotWaitedFor() throws IOException {
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      String request =
          "POST /hooks/git HTTP/1.1\r\nHost: x\r\nX-Gitlab-Token: s3cr3t\r\nContent-Length: "
              + (HookDoor.MOST_BYTES + 1)
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
      assertThat(answer).isEqualTo("HTTP/1.1 413");
    }
    assertThat(hooks.woken).hasValue(0);
  }

  @Test
  void theSendersTokenIsEnoughAndTheAgentsOwnIsNone() throws IOException {
    assertThat(post("/hooks/git", Map.of("X-Gitlab-Token", "s3cr3t"), new byte[] {1}).status())
        .isEqualTo(202);
    assertThat(
            post("/hooks/git", Map.of("Authorization", "Bearer s3cr3t"), new byte[] {1}).status())
        .isEqualTo(202);
    assertThat(post("/hooks/git?token=s3cr3t", Map.of(), new byte[] {1}).status()).isEqualTo(202);
    assertThat(post("/hooks/git?token=x", Map.of(), new byte[] {1}).status()).isEqualTo(401);
    assertThat(hooks.woken).hasValue(3);
  }

  @Test
  void noHookIsAt404AndNoOtherMethodIsTaken() throws IOException {
    Answer missing = post("/hooks/other", Map.of("X-Gitlab-Token", "s3cr3t"), new byte[] {1});
    assertThat(missing.status()).isEqualTo(404);
    assertThat(missing.type()).startsWith("application/problem+json");
    assertThat(send("GET", "/hooks/git", Map.of(), new byte[0]).status()).isEqualTo(405);
    assertThat(post("/hooks/git/../../api/v1/apps/shop/sync", Map.of(), new byte[] {1}).status())
        .isNotEqualTo(202);
  }

  @Test
  void aSecretThatCannotBeReadLetsNobodyIn() throws IOException {
    hooks.secret(null);
    assertThat(post("/hooks/git", Map.of("X-Gitlab-Token", ""), new byte[] {1}).status())
        .isEqualTo(503);
    hooks.secret("");
    assertThat(post("/hooks/git", Map.of("X-Gitlab-Token", ""), new byte[] {1}).status())
        .isEqualTo(401);
    assertThat(hooks.woken).hasValue(0);
  }
}
