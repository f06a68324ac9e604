package dev.holdfast.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.model.Digest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * A registry with its token server on loopback: it keeps manifests by tag, users, tokens, and a
 * list of faults to answer with first.
 */
final class FakeRegistry implements AutoCloseable {
  enum Auth {
    NONE,
    BASIC,
    TOKEN
  }

  /** Answers a request in the registry's place. */
  interface Fault {
    void answer(HttpExchange exchange) throws IOException;
  }

  record Seen(String method, String path, String query, String authorization, String accept) {}

  static final String INDEX_TYPE = "application/vnd.oci.image.index.v1+json";
  final List<Seen> seen = new CopyOnWriteArrayList<>();
  final List<Seen> tokenRequests = new CopyOnWriteArrayList<>();
  final Map<String, String> users = new ConcurrentHashMap<>();
  final Map<String, String> refreshTokens = new ConcurrentHashMap<>();
  final Map<String, String> extraHeaders = new ConcurrentHashMap<>();
  volatile Auth auth = Auth.NONE;
  volatile boolean anonymousPull = false;
  volatile boolean sendsDigest = true;
  volatile int pageSize = 1000;
  volatile boolean absoluteLinks = false;
  volatile String challenge = "";
  volatile String tokenJson = "{\"token\":\"%s\",\"expires_in\":300}";
  private final Map<String, Map<String, byte[]>> repositories = new TreeMap<>();
  private final Deque<Fault> faults = new ArrayDeque<>();
  private final Deque<Fault> tokenFaults = new ArrayDeque<>();
  private final Map<String, Boolean> tokens = new HashMap<>();
  private final HttpServer server;

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v2/", exchange -> handle(exchange, this::registry));
    server.createContext("/token", exchange -> handle(exchange, this::token));
    server.start();
  }

  String name() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  synchronized Digest push(String repository, String tag, String content) {
    byte[] manifest =
        ("{\"schemaVersion\":2,\"mediaType\":\"" + INDEX_TYPE + "\",\"x\":\"" + content + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    repositories.computeIfAbsent(repository, name -> new TreeMap<>()).put(tag, manifest);
    return digest(manifest);
  }

  synchronized void failNext(Fault... next) {
    faults.addAll(List.of(next));
  }

  synchronized void failNextToken(Fault... next) {
    tokenFaults.addAll(List.of(next));
  }

  synchronized void revokeTokens() {
    tokens.clear();
  }

  static Fault status(int status, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
      }
      reply(exchange, status, new byte[0]);
    };
  }

  long count(String method) {
    return seen.stream().filter(request -> request.method().equals(method)).count();
  }

  private void handle(HttpExchange exchange, Fault answer) throws IOException {
    try {
      answer.answer(exchange);
    } finally {
      exchange.close();
    }
  }

  private void registry(HttpExchange exchange) throws IOException {
    seen.add(seen(exchange));
    Fault fault;
    synchronized (this) {
      fault = faults.poll();
    }
    if (fault != null) {
      fault.answer(exchange);
    } else if (!allowed(exchange)) {
      exchange.getResponseHeaders().add("WWW-Authenticate", challenge());
      reply(exchange, 401, "{}".getBytes(StandardCharsets.UTF_8));
    } else {
      serve(exchange);
    }
  }

  private static Seen seen(HttpExchange exchange) {
    return new Seen(
        exchange.getRequestMethod(),
        exchange.getRequestURI().getPath(),
        String.valueOf(exchange.getRequestURI().getRawQuery()),
        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
        String.valueOf(exchange.getRequestHeaders().getFirst("Accept")));
  }

  private String challenge() {
    if (!challenge.isEmpty()) {
      return challenge;
    }
    return auth == Auth.BASIC
        ? "Basic realm=\"fake\""
        : "Bearer realm=\"http://" + name() + "/token\",service=\"fake\",scope=\"a,b\"";
  }

  private synchronized boolean allowed(HttpExchange exchange) {
    String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    return switch (auth) {
      case NONE -> true;
      case BASIC -> knows(header);
      case TOKEN -> header.startsWith("Bearer ") && tokens.getOrDefault(header.substring(7), false);
    };
  }

  private boolean knows(String header) {
    if (!header.startsWith("Basic ")) {
      return false;
    }
    String[] pair =
        new String(Base64.getDecoder().decode(header.substring(6)), StandardCharsets.UTF_8)
            .split(":", 2);
    return pair.length == 2 && pair[1].equals(users.get(pair[0]));
  }

  private void token(HttpExchange exchange) throws IOException {
    tokenRequests.add(seen(exchange));
    Fault fault;
    synchronized (this) {
      fault = tokenFaults.poll();
    }
    if (fault != null) {
      fault.answer(exchange);
      return;
    }
    String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String header = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    boolean known =
        exchange.getRequestMethod().equals("POST")
            ? refreshTokens.containsValue(field(form, "refresh_token"))
            : header.equals("null") ? anonymousPull : knows(header);
    if (!known) {
      reply(exchange, 401, "{}".getBytes(StandardCharsets.UTF_8));
      return;
    }
    String token = "token-" + tokenRequests.size();
    synchronized (this) {
      tokens.put(token, true);
    }
    reply(exchange, 200, tokenJson.formatted(token).getBytes(StandardCharsets.UTF_8));
  }

  private static String field(String form, String name) {
    for (String pair : form.split("&")) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  private synchronized void serve(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/v2/".length());
    extraHeaders.forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
    if (path.endsWith("/tags/list")) {
      tags(exchange, path.substring(0, path.length() - "/tags/list".length()));
      return;
    }
    String[] parts = path.split("/manifests/");
    byte[] manifest = repositories.getOrDefault(parts[0], Map.of()).get(parts[1]);
    if (manifest == null) {
      reply(
          exchange,
          404,
          "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\"}]}".getBytes(StandardCharsets.UTF_8));
      return;
    }
    // As Docker Hub: without the index types in Accept, the digest is that of one platform.
    boolean index =
        String.valueOf(exchange.getRequestHeaders().getFirst("Accept")).contains(INDEX_TYPE);
    Digest digest = index ? digest(manifest) : digest("child".getBytes(StandardCharsets.UTF_8));
    exchange.getResponseHeaders().add("Content-Type", INDEX_TYPE);
    if (sendsDigest) {
      exchange.getResponseHeaders().add("Docker-Content-Digest", digest.value());
    }
    reply(exchange, 200, manifest);
  }

  private void tags(HttpExchange exchange, String repository) throws IOException {
    if (!repositories.containsKey(repository)) {
      reply(exchange, 404, new byte[0]);
      return;
    }
    List<String> all = new ArrayList<>(repositories.get(repository).keySet());
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    String last = field(query, "last");
    int from = last.isEmpty() ? 0 : all.indexOf(last) + 1;
    int to = Math.min(all.size(), from + pageSize);
    if (to < all.size()) {
      String next = "/v2/" + repository + "/tags/list?last=" + all.get(to - 1) + "&n=" + pageSize;
      String address = absoluteLinks ? "http://" + name() + next : next;
      exchange.getResponseHeaders().add("Link", "<" + address + ">; rel=\"next\"");
    }
    String tags = String.join("\",\"", all.subList(from, to));
    reply(
        exchange,
        200,
        ("{\"name\":\"" + repository + "\",\"tags\":[\"" + tags + "\"]}")
            .getBytes(StandardCharsets.UTF_8));
  }

  static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", String.valueOf(body.length));
    }
    exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  static Digest digest(byte[] bytes) {
    try {
      return new Digest(
          "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
