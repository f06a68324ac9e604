package dev.holdfast.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** An HTTP server that keeps what it was sent and answers as it is told. */
final class FakeReceiver implements AutoCloseable {
  private final HttpServer server;
  private final List<Got> got = new ArrayList<>();
  volatile Function<Got, Reply> answer = request -> Reply.of(200, "ok");
  volatile boolean hangs;

  record Got(String method, String path, Map<String, String> headers, String body) {
    JsonNode json() {
      return Json.read(body);
    }
  }

  record Reply(int status, String body, Map<String, String> headers) {
    static Reply of(int status, String body) {
      return new Reply(status, body, Map.of());
    }
  }

  FakeReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    Got request =
        new Got(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            headers,
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    synchronized (got) {
      got.add(request);
      got.notifyAll();
    }
    while (hangs) {
      LockSupport.parkNanos(10_000_000);
    }
    Reply reply = answer.apply(request);
    reply.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  List<Got> got() {
    synchronized (got) {
      return List.copyOf(got);
    }
  }

  List<Got> await(int count) throws InterruptedException {
    long end = System.nanoTime() + 20_000_000_000L;
    synchronized (got) {
      while (got.size() < count && System.nanoTime() < end) {
        got.wait(100);
      }
      return List.copyOf(got);
    }
  }

  @Override
  public void close() {
    hangs = false;
    server.stop(0);
  }
}
