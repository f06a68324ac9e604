package dev.holdfast.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.SSLConfig;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pool of connections to one engine and the API version agreed with it. After a failure of the
 * connection a new one takes its place (another engine may answer next time, and the pool's idle
 * connections are dead); the old one closes with its last call.
 */
final class Session {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final DockerHttpClient http;
  private final String architecture;
  private final ApiVersion version;
  private int users;
  private boolean retired;

  private Session(DockerHttpClient http, JsonNode offer, ApiVersion version) {
    this.http = http;
    this.architecture = Json.text(offer.path("Arch"));
    this.version = version;
  }

  /**
   * Asks the engine on a path without a version, which every one of them answers, and agrees on
   * one.
   */
  static Session open(DockerSettings settings) throws IOException {
    DockerHttpClient http =
        new FreshConnections(
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(settings.host())
                .sslConfig(tls(settings))
                .connectionTimeout(CONNECT)
                .build());
    try {
      JsonNode offer = read(http, "/version");
      return new Session(http, offer, agreed(offer));
    } catch (RuntimeException | IOException e) {
      close(http);
      throw e;
    }
  }

  /** Without any, docker-java prepares TLS with all that this machine trusts, for a socket too. */
  private static @Nullable SSLConfig tls(DockerSettings settings) {
    if ("unix".equals(settings.host().getScheme())) {
      return new NoTls();
    }
    return settings.tls() == null ? null : TlsContext.of(settings.tls());
  }

  private static ApiVersion agreed(JsonNode offer) {
    String oldest = Json.text(offer.path("MinAPIVersion"));
    return ApiVersion.agree(
        Json.text(offer.path("Version")),
        oldest.isEmpty() ? ApiVersion.OLDEST : ApiVersion.parse(oldest),
        ApiVersion.parse(Json.text(offer.path("ApiVersion"))));
  }

  private static JsonNode read(DockerHttpClient http, String path) throws IOException {
    try (DockerHttpClient.Response answer =
        http.execute(
            DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.GET)
                .path(path)
                .build())) {
      return Json.mapper().readTree(EngineClient.checked(answer).getBody());
    }
  }

  ApiVersion version() {
    return version;
  }

  /** What it runs without an emulator, in its own word. */
  String architecture() {
    return architecture;
  }

  /** The whole answer to a question. */
  JsonNode get(String path) throws IOException {
    return read(http, "/v" + version + path);
  }

  /** The caller closes the answer. */
  DockerHttpClient.Response send(
      DockerHttpClient.Request.Method method,
      String path,
      @Nullable JsonNode body,
      Map<String, String> headers) {
    DockerHttpClient.Request.Builder request =
        DockerHttpClient.Request.builder()
            .method(method)
            .path("/v" + version + path)
            .putAllHeaders(headers);
    if (body != null) {
      request.putHeader("Content-Type", "application/json").bodyBytes(bytes(body));
    }
    return http.execute(request.build());
  }

  /** The same with a body of any size. */
  DockerHttpClient.Response send(
      DockerHttpClient.Request.Method method, String path, InputStream body) {
    return http.execute(
        DockerHttpClient.Request.builder()
            .method(method)
            .path("/v" + version + path)
            .putHeader("Content-Type", "application/x-tar")
            .body(body)
            .build());
  }

  private static byte[] bytes(JsonNode body) {
    try {
      return Json.mapper().writeValueAsBytes(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can always be written", e);
    }
  }

  synchronized boolean enter() {
    if (retired) {
      return false;
    }
    users++;
    return true;
  }

  synchronized void leave() {
    users--;
    closeIfUnused();
  }

  synchronized void retire() {
    retired = true;
    closeIfUnused();
  }

  private void closeIfUnused() {
    if (retired && users == 0) {
      close(http);
    }
  }

  private static void close(DockerHttpClient http) {
    try {
      http.close();
    } catch (IOException e) {
      // Its connections are gone either way.
    }
  }
}
