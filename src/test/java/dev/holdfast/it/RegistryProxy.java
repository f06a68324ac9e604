package dev.holdfast.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/**
 * A way to the real registry that can be broken: GET and HEAD pass, or get what the fault says when
 * their path matches. Agent and engine reach it under the same address.
 */
final class RegistryProxy implements AutoCloseable {
  private static final Set<String> NOT_COPIED =
      Set.of("connection", "content-length", "transfer-encoding", ":status");

  sealed interface Fault {
    record Status(int code) implements Fault {}

    /** The head and the first half of the body, then the connection is cut. */
    record Truncated() implements Fault {}

    /** Never answers. */
    record Silence() implements Fault {}
  }

  private record Rule(Pattern path, Fault fault) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final String registry;
  private final HttpServer server;
  private final PlainFront front;
  private volatile Rule rule;

  RegistryProxy(String registry) {
    this.registry = registry;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
    front = new PlainFront(server.getAddress().getPort());
  }

  /** {@code 127.0.0.1:port}. */
  String address() {
    return "127.0.0.1:" + front.port();
  }

  /** From now on; {@code path} is found in the request's path. */
  void fail(String path, Fault fault) {
    rule = new Rule(Pattern.compile(path), fault);
  }

  void heal() {
    rule = null;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Rule now = rule;
    boolean hit = now != null && now.path().matcher(exchange.getRequestURI().getPath()).find();
    try (exchange) {
      switch (hit ? now.fault() : null) {
        case Fault.Status status -> answer(exchange, status.code());
        case Fault.Silence _ -> closed.await();
        case Fault.Truncated _ -> pass(exchange, true);
        case null -> pass(exchange, false);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status) throws IOException {
    byte[] body = "{\"errors\":[{\"code\":\"SCRIPTED\",\"message\":\"scripted\"}]}".getBytes();
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private void pass(HttpExchange exchange, boolean truncated)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + registry + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), BodyPublishers.noBody());
    for (String name : Set.of("Accept", "Authorization", "Range")) {
      exchange
          .getRequestHeaders()
          .getOrDefault(name, java.util.List.of())
          .forEach(value -> request.header(name, value));
    }
    HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (!NOT_COPIED.contains(name)) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    byte[] body = response.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      response
          .headers()
          .firstValue("content-length")
          .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
      exchange.sendResponseHeaders(response.statusCode(), -1);
      return;
    }
    exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body, 0, truncated ? body.length / 2 : body.length);
  }

  @Override
  public void close() {
    closed.countDown();
    front.close();
    server.stop(0);
    threads.shutdownNow();
    client.close();
  }
}
