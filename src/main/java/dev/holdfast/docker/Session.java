package dev.holdfast.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.transport.DockerHttpClient;
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
  private final DockerClient client;
  private final String engine;
  private final String architecture;
  private final ApiVersion version;
  private int users;
  private boolean retired;

  private Session(DockerHttpClient http, DockerClient client, Version offer, ApiVersion version) {
    this.http = http;
    this.client = client;
    this.engine = offer.getVersion();
    this.architecture = String.valueOf(offer.getArch());
    this.version = version;
  }

  /**
   * Asks the engine on a path without a version, which every one of them answers, and agrees on
   * one.
   */
  static Session open(DockerSettings settings) {
    DockerHttpClient http =
        new FreshConnections(
            new ZerodepDockerHttpClient.Builder()
                .dockerHost(settings.host())
                .sslConfig(settings.tls() == null ? null : TlsContext.of(settings.tls()))
                .connectionTimeout(CONNECT)
                .build());
    try {
      Version offer = client(settings, RemoteApiVersion.UNKNOWN_VERSION, http).versionCmd().exec();
      ApiVersion oldest =
          offer.getMinAPIVersion() == null
              ? ApiVersion.OLDEST
              : ApiVersion.parse(offer.getMinAPIVersion());
      ApiVersion agreed =
          ApiVersion.agree(offer.getVersion(), oldest, ApiVersion.parse(offer.getApiVersion()));
      return new Session(
          http,
          client(settings, RemoteApiVersion.create(agreed.major(), agreed.minor()), http),
          offer,
          agreed);
    } catch (RuntimeException e) {
      close(http);
      throw e;
    }
  }

  private static DockerClient client(
      DockerSettings settings, RemoteApiVersion version, DockerHttpClient http) {
    return DockerClientImpl.getInstance(new ClientConfig(settings.host(), version), http);
  }

  DockerClient client() {
    return client;
  }

  ApiVersion version() {
    return version;
  }

  String engine() {
    return engine;
  }

  /** What it runs without an emulator, in its own word. */
  String architecture() {
    return architecture;
  }

  /**
   * A request that docker-java has no command for, or only one that leaves a thread behind when the
   * engine hangs (its streams). The caller closes the answer.
   */
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
      return ClientConfig.mapper().writeValueAsBytes(body);
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
