package dev.holdfast.docker;

import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;

/**
 * Sends each request over a connection of its own. An engine that ends stops listening at once and
 * goes on answering over the connections that it has, for as long as it stops its containers: who
 * keeps one open sees container after container exit, starts them again, and leaves them in a state
 * in which the next engine cannot start them ("task already exists"). A new connection is refused,
 * and nothing is done.
 */
final class FreshConnections implements DockerHttpClient {
  private final DockerHttpClient http;

  FreshConnections(DockerHttpClient http) {
    this.http = http;
  }

  @Override
  public Response execute(Request request) {
    boolean upgrades = request.headers().keySet().stream().anyMatch("Connection"::equalsIgnoreCase);
    return http.execute(
        upgrades
            ? request
            : Request.builder().from(request).putHeader("Connection", "close").build());
  }

  @Override
  public void close() throws IOException {
    http.close();
  }
}
