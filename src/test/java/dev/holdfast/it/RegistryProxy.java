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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A way to the real registry that can be broken: GET and HEAD pass, or get what the fault says when
 * their path matches. Agent and engine reach it under the same address.
 */
final class RegistryProxy implements AutoCloseable {
  private static final Set<String> NOT_COPIED =
      Set.of("connection", "content-length", "transfer-encoding", ":status");

  private static final String ERRORS =
      "{\"errors\":[{\"code\":\"SCRIPTED\",\"message\":\"scripted\"}]}";

  sealed interface Fault {
    record Status(int code) implements Fault {}

    /** The head and the first half of the body, then the connection is cut. */
    record Truncated() implements Fault {}

    /** The length is right, and one byte of the middle is not. */
    record Corrupt() implements Fault {}

    /** Never answers. */
    record Silence() implements Fault {}

    /** The head and the first half of the body, then nothing more on an open connection. */
    record Stall() implements Fault {}

    /** 403 with a page for people, as gateways answer. */
    record Page() implements Fault {}

    /** A good answer that lacks this header. */
    record Without(String header) implements Fault {}

    /** The answer to another path. */
    record Instead(String path) implements Fault {}

    /** Runs once, before the request is passed on. */
    record Once(Runnable action, AtomicBoolean done) implements Fault {
      static Once of(Runnable action) {
        return new Once(action, new AtomicBoolean());
      }
    }
  }

  private record Rule(String method, Pattern path, Fault fault) {
    boolean matches(HttpExchange exchange) {
      return (method.isEmpty() || method.equals(exchange.getRequestMethod()))
          && path.matcher(exchange.getRequestURI().getPath()).find();
    }
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final String registry;
  private final HttpServer server;
  private final PlainFront front;
  private final List<String> requests = new CopyOnWriteArrayList<>();
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
    fail("", path, fault);
  }

  /** As {@link #fail(String, Fault)}, for requests of one method alone. */
  void fail(String method, String path, Fault fault) {
    rule = new Rule(method, Pattern.compile(path), fault);
  }

  /** How many requests of this method came to such a path so far. */
  long count(String method, String path) {
    Pattern pattern = Pattern.compile("^" + method + " .*" + path);
    return requests.stream().filter(text -> pattern.matcher(text).find()).count();
  }

  void heal() {
    rule = null;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Rule now = rule;
    requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
    Fault fault = now != null && now.matches(exchange) ? now.fault() : null;
    String path = exchange.getRequestURI().toString();
    try (exchange) {
      switch (fault) {
        case Fault.Status status -> answer(exchange, status.code(), "application/json", ERRORS);
        case Fault.Page _ -> answer(exchange, 403, "text/html", "<html>not here</html>");
        case Fault.Silence _ -> closed.await();
        case Fault.Instead instead -> pass(exchange, instead.path(), null);
        case Fault.Once once -> {
          if (once.done().compareAndSet(false, true)) {
            once.action().run();
          }
          pass(exchange, path, null);
        }
        case Fault.Truncated _, Fault.Corrupt _, Fault.Stall _, Fault.Without _ ->
            pass(exchange, path, fault);
        case null -> pass(exchange, path, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", type);
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private void pass(HttpExchange exchange, String path, @Nullable Fault fault)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + registry + path))
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
              boolean dropped =
                  fault instanceof Fault.Without without && without.header().equalsIgnoreCase(name);
              if (!NOT_COPIED.contains(name) && !dropped) {
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
    if (fault instanceof Fault.Corrupt && body.length > 0) {
      body[body.length / 2] ^= 1;
    }
    boolean half = fault instanceof Fault.Truncated || fault instanceof Fault.Stall;
    exchange.getResponseBody().write(body, 0, half ? body.length / 2 : body.length);
    if (fault instanceof Fault.Stall) {
      exchange.getResponseBody().flush();
      closed.await();
    }
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
