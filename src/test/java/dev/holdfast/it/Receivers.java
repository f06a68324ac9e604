package dev.holdfast.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Where messages arrive: each keeps its path, its signature and its body. */
final class Receivers implements AutoCloseable {
  private final HttpServer server;
  private final List<Message> messages = new CopyOnWriteArrayList<>();

  record Message(String path, String signature, String body) {}

  Receivers(String address) {
    try {
      server = HttpServer.create(new InetSocketAddress(address, 0), 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String signature = exchange.getRequestHeaders().getFirst("Holdfast-Signature");
    messages.add(
        new Message(exchange.getRequestURI().getPath(), signature == null ? "" : signature, body));
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Message> at(String path) {
    return messages.stream().filter(message -> message.path().startsWith(path)).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
