package dev.holdfast.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Answers as Prometheus does to {@code errors{instance=~"…"}} and {@code errors{name=~"…"}}: with a
 * series for each container that runs and matches, anchored as PromQL anchors, whose value depends
 * on the version that it runs.
 */
final class FakePrometheus implements AutoCloseable {
  private static final Pattern SELECTOR = Pattern.compile("errors\\{(instance|name)=~\"(.*)\"}");

  private final HttpServer server;
  private final Docker docker;
  private volatile String project = "";

  /** What each version gives; one that is not named gives nothing. */
  final Map<String, Double> values = new ConcurrentHashMap<>();

  FakePrometheus(Docker docker) {
    this.docker = docker;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/api/v1/query", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Whose containers it scrapes from now on, and nothing is known of any version. */
  void asks(String app) {
    project = app;
    values.clear();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String raw = exchange.getRequestURI().getRawQuery();
    String query = URLDecoder.decode(raw.substring("query=".length()), StandardCharsets.UTF_8);
    byte[] body = body(query).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private String body(String query) {
    Matcher selector = SELECTOR.matcher(query);
    if (!selector.matches()) {
      return "{\"status\":\"error\",\"error\":\"parse error\"}";
    }
    Pattern wanted = Pattern.compile(selector.group(2));
    boolean byName = selector.group(1).equals("name");
    String series =
        docker.boxes(project).stream()
            .filter(Box::runs)
            .filter(box -> values.containsKey(box.version()))
            .filter(box -> wanted.matcher(byName ? box.name() : instance(box)).matches())
            .map(
                box ->
                    "{\"metric\":{\"instance\":\"%s\"},\"value\":[1,\"%s\"]}"
                        .formatted(instance(box), values.get(box.version())))
            .collect(Collectors.joining(","));
    return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["
        + series
        + "]}}";
  }

  private static String instance(Box box) {
    return box.address() + ":8080";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
