package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A headless Chromium with an empty profile, driven over its DevTools protocol. */
final class Browser implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private final Process process;
  private final DevTools tools;

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
    tools = new DevTools(port(profile));
    for (String domain : List.of("Page", "Runtime", "Log", "DOM")) {
      tools.send(domain + ".enable");
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

  /** Goes there and waits until it has loaded. */
  void open(String url) {
    tools.events.clear();
    tools.send("Page.navigate", "url", url);
    loaded();
  }

  /** Waits for a page that a key or a click has led to. */
  void loaded() {
    await("a page to load", () -> has("Page.loadEventFired"));
  }

  /** Forgets what has loaded so far. */
  void expectPage() {
    tools.events.clear();
  }

  private boolean has(String method) {
    return tools.events.stream().anyMatch(event -> event.path("method").asText().equals(method));
  }

  /** What the page or its policy complained of since it was opened. */
  List<String> complaints() {
    return tools.events.stream()
        .filter(
            e ->
                List.of("Log.entryAdded", "Runtime.exceptionThrown")
                    .contains(e.path("method").asText()))
        .map(e -> e.path("params").toString())
        .toList();
  }

  JsonNode run(String script) {
    JsonNode answer =
        tools.send(
            "Runtime.evaluate", "expression", script, "returnByValue", true, "awaitPromise", true);
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
    int root = tools.send("DOM.getDocument").path("root").path("nodeId").asInt();
    return tools.send("DOM.getOuterHTML", "nodeId", root).path("outerHTML").asText();
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
      if (run("document.activeElement.matches(" + DevTools.JSON.valueToTree(selector) + ")")
          .asBoolean()) {
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
      tools.send(
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
    tools.send("Input.insertText", "text", text);
  }

  void size(int width, int height) {
    tools.send(
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
        DevTools.JSON
            .createObjectNode()
            .put("name", "prefers-color-scheme")
            .put("value", dark ? "dark" : "light");
    tools.send(
        "Emulation.setEmulatedMedia", "features", DevTools.JSON.createArrayNode().add(feature));
  }

  void scripts(boolean allowed) {
    tools.send("Emulation.setScriptExecutionDisabled", "value", !allowed);
  }

  /** The whole page, kept in target/screenshots. */
  void screenshot(String name) {
    String data =
        tools.send("Page.captureScreenshot", "captureBeyondViewport", true).path("data").asText();
    try {
      Files.createDirectories(SCREENSHOTS);
      Files.write(SCREENSHOTS.resolve(name + ".png"), Base64.getDecoder().decode(data));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      tools.send("Browser.close");
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
