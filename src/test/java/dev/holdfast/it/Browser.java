package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A headless Chromium with an empty profile, driven over its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final Process process;
  private final WebSocket socket;

  /**
   * @param profile a folder of the browser's own
   */
  Browser(Path profile) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolveSibling("chromium.log").toFile())
            .start();
    socket =
        CLIENT
            .newWebSocketBuilder()
            .buildAsync(URI.create(page(port(profile))), new Messages())
            .join();
    for (String domain : List.of("Page", "Runtime", "Log", "DOM")) {
      send(domain + ".enable");
    }
    size(1280, 900);
  }

  private static int port(Path profile) throws IOException, InterruptedException {
    Path file = profile.resolve("DevToolsActivePort");
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(file) || Files.readAllLines(file).isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Chromium does not start");
      }
      Thread.sleep(50);
    }
    return Integer.parseInt(Files.readAllLines(file).getFirst());
  }

  private static String page(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/list")).build();
    for (JsonNode target : JSON.readTree(CLIENT.send(request, BodyHandlers.ofString()).body())) {
      if (target.path("type").asText().equals("page")) {
        return target.path("webSocketDebuggerUrl").asText();
      }
    }
    throw new AssertionError("Chromium has no page");
  }

  /** Goes there and waits until it has loaded. */
  void open(String url) {
    events.clear();
    send("Page.navigate", "url", url);
    loaded();
  }

  /** Waits for a page that a key or a click has led to. */
  void loaded() {
    await("a page to load", () -> has("Page.loadEventFired"));
  }

  /** Forgets what has loaded so far. */
  void expectPage() {
    events.clear();
  }

  private boolean has(String method) {
    return events.stream().anyMatch(event -> event.path("method").asText().equals(method));
  }

  /** What the page or its policy complained of since it was opened. */
  List<String> complaints() {
    return events.stream()
        .filter(
            e ->
                List.of("Log.entryAdded", "Runtime.exceptionThrown")
                    .contains(e.path("method").asText()))
        .map(e -> e.path("params").toString())
        .toList();
  }

  JsonNode run(String script) {
    JsonNode answer =
        send("Runtime.evaluate", "expression", script, "returnByValue", true, "awaitPromise", true);
    if (answer.has("exceptionDetails")) {
      throw new AssertionError(script + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** Waits until this is true on the page as it stands: nothing is loaded anew. */
  void until(String script) {
    await(script, () -> run(script).asBoolean());
  }

  /** The markup of the whole page, as it stands. */
  String html() {
    int root = send("DOM.getDocument").path("root").path("nodeId").asInt();
    return send("DOM.getOuterHTML", "nodeId", root).path("outerHTML").asText();
  }

  private void await(String what, java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited for " + what + "; the page:\n" + html());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }

  /** Presses Tab until what the selector names has the focus. */
  void tabTo(String selector) {
    for (int i = 0; i < 60; i++) {
      if (run("document.activeElement.matches(" + JSON.valueToTree(selector) + ")").asBoolean()) {
        return;
      }
      key("Tab", 9, "");
    }
    throw new AssertionError("Tab does not lead to " + selector + "\n" + html());
  }

  /** Presses Enter, and waits for the page that it leads to. */
  void enter() {
    expectPage();
    key("Enter", 13, "\r");
    loaded();
  }

  private void key(String key, int code, String text) {
    for (String type : List.of("keyDown", "keyUp")) {
      send(
          "Input.dispatchKeyEvent",
          "type",
          type,
          "key",
          key,
          "windowsVirtualKeyCode",
          code,
          "text",
          type.equals("keyDown") ? text : "");
    }
  }

  void type(String text) {
    send("Input.insertText", "text", text);
  }

  void size(int width, int height) {
    send(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        1,
        "mobile",
        width < 600);
  }

  void dark(boolean dark) {
    ObjectNode feature =
        JSON.createObjectNode()
            .put("name", "prefers-color-scheme")
            .put("value", dark ? "dark" : "light");
    send("Emulation.setEmulatedMedia", "features", JSON.createArrayNode().add(feature));
  }

  void scripts(boolean allowed) {
    send("Emulation.setScriptExecutionDisabled", "value", !allowed);
  }

  /** The whole page, kept in target/screenshots. */
  void screenshot(String name) {
    String data =
        send("Page.captureScreenshot", "captureBeyondViewport", true).path("data").asText();
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode send(String method, Object... parameters) {
    int id = ids.incrementAndGet();
    ObjectNode message = JSON.createObjectNode().put("id", id).put("method", method);
    ObjectNode params = message.putObject("params");
    for (int i = 0; i < parameters.length; i += 2) {
      params.set((String) parameters[i], JSON.valueToTree(parameters[i + 1]));
    }
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    socket.sendText(message.toString(), true).join();
    JsonNode got = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (got.has("error")) {
      throw new AssertionError(method + ": " + got.path("error"));
    }
    return got.path("result");
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        take(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void take(String json) {
      try {
        JsonNode message = JSON.readTree(json);
        CompletableFuture<JsonNode> asked =
            message.has("id") ? waiting.remove(message.path("id").asInt()) : null;
        if (asked == null) {
          events.add(message);
        } else {
          asked.complete(message);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    try {
      send("Browser.close");
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
