package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The agent's HTTP API on loopback. */
final class Api {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private final String host;
  private final int port;
  private final String token;

  Api(int port) {
    this("127.0.0.1", port, "");
  }

  /** Of an agent that listens elsewhere, where each read needs its token. */
  Api(String host, int port, String token) {
    this.host = host;
    this.port = port;
    this.token = token;
  }

  int port() {
    return port;
  }

  /** The body; an exception where nobody answers. */
  String get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path))
            .headers(token.isEmpty() ? new String[] {"Accept", "*/*"} : bearer())
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return CLIENT.send(request, BodyHandlers.ofString()).body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String[] bearer() {
    return new String[] {"Authorization", "Bearer " + token};
  }

  JsonNode app(String app) throws IOException {
    return JSON.readTree(get("/api/v1/apps/" + app));
  }

  /** The app's records, newest first. */
  List<JsonNode> deployments(String app) throws IOException {
    List<JsonNode> records = new ArrayList<>();
    JSON.readTree(get("/api/v1/deployments?limit=1000&app=" + app)).forEach(records::add);
    return records;
  }
}
