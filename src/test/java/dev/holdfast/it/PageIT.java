package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The page in a browser, of an agent that rolls out an app which writes whatever it likes. What it
 * looks like is kept in target/screenshots.
 */
class PageIT {
  private static final String TOKEN = "it-token-0123456789";

  /** Markup, a terminal's title and colours, and signs that turn the direction of writing. */
  private static final String HOSTILE =
      "<script>window.owned=1</script><img src=x onerror=window.owned=2></pre>"
          + "\\0033[31mred\\0033[0m\\0033]0;owned\\0007 \\0342\\0200\\0256desrever";

  @RegisterExtension static final Server server = new Server();
  private static Browser browser;

  @BeforeAll
  static void open() throws Exception {
    server.tokenFile = server.secret("token", TOKEN);
    browser = new Browser(Files.createDirectory(server.folder().resolve("chromium")));
  }

  @AfterAll
  static void close() {
    browser.close();
  }

  @Test
  void aRolloutIsSeenLiveAndAFailedOneWithItsEvidenceWhateverItWrites() throws Exception {
    App app = live();
    try (Told told = new Told(server.port())) {
      browser.open(url("/apps/" + app.name));
      browser.run("window.loadedOnce = true");
      app.web("1.1.0").release("1.1.0", "web=1.1.0");
      browser.until(
          "document.getElementById('running')?.textContent.includes('applying the migration')");
      browser.until("document.getElementById('running').textContent.includes('desrever')");
      assertSafe();
      browser.screenshot("progress-light");
      browser.dark(true);
      browser.screenshot("progress-dark");
      browser.dark(false);
      browser.until(
          "!document.getElementById('running')"
              + " && document.getElementById('heading').textContent.includes('Synced')"
              + " && document.getElementById('heading').textContent.includes('1.1.0')"
              + " && document.getElementById('history').textContent.includes('1.1.0')");
      assertThat(browser.run("window.loadedOnce").asBoolean()).as("nothing was reloaded").isTrue();
      browser.until("/\\d MiB/.test(document.getElementById('services').textContent)");
      assertThat(told.names).contains("app", "deployment", "pull", "output");
    }
    fail(app);
  }

  private void fail(App app) {
    app.web("bad", "HEALTH=fail").release("2.0.0-" + "<b>bold</b>", "web=bad");
    JsonNode record = server.awaitOutcome(app, "2.0.0-<b>bold</b>", "rolled-back");
    browser.open(url("/"));
    browser.tabTo("a[href='/deployments/" + record.path("deployment_id").asText() + "']");
    browser.enter();
    assertThat(browser.run("document.getElementById('evidence').textContent").asText())
        .contains("<script>window.owned=1</script><img src=x")
        .contains("red")
        .doesNotContain("\u001b");
    assertThat(browser.run("document.querySelector('h1').textContent").asText())
        .contains("2.0.0-<b>bold</b>");
    assertSafe();
    browser.screenshot("failed-light");
    browser.dark(true);
    browser.screenshot("failed-dark");
    browser.dark(false);
    everyWidth(app, record.path("deployment_id").asText());
  }

  /** At 320 pixels nothing has to be scrolled sideways (WCAG 2.2 §1.4.10). */
  private void everyWidth(App app, String deployment) {
    Map<String, String> pages =
        Map.of(
            "overview", "/",
            "app", "/apps/" + app.name,
            "deployment", "/deployments/" + deployment,
            "next", "/apps/" + app.name + "/next");
    pages.forEach(
        (name, path) -> {
          browser.size(320, 800);
          browser.open(url(path));
          if (List.of("overview", "app").contains(name)) {
            assertThat(browser.run("document.getElementById('delivery').textContent").asText())
                .contains("30 days", "90 days", "a week")
                .containsPattern("33 % \\(1\\)");
          }
          assertThat(browser.run("document.scrollingElement.scrollWidth").asInt())
              .as(path)
              .isLessThanOrEqualTo(320);
          assertSafe();
          browser.size(390, 844);
          browser.screenshot(name + "-phone");
          browser.size(1280, 900);
          browser.screenshot(name + "-light");
          browser.dark(true);
          browser.screenshot(name + "-dark");
          browser.dark(false);
        });
  }

  @Test
  void byKeyboardAloneAnAppIsHeldAndWithoutScriptsResumed() {
    App app = live();
    browser.open(url("/apps/" + app.name));
    browser.tabTo("a[href^='/sign-in?to=']");
    assertThat(browser.run("getComputedStyle(document.activeElement).outlineStyle").asText())
        .isEqualTo("solid");
    browser.enter();
    browser.tabTo("#token");
    browser.type(TOKEN);
    browser.screenshot("sign-in-light");
    browser.enter();
    browser.tabTo("a[href$='/hold']");
    browser.enter();
    browser.tabTo("#said");
    browser.type("the disk <b>is</b> changed");
    browser.screenshot("confirm-light");
    browser.enter();
    browser.until("document.getElementById('heading').textContent.includes('Held')");
    JsonNode held = server.awaitPhase(app, "Held");
    assertThat(held.path("hold").path("reason").asText()).isEqualTo("the disk <b>is</b> changed");
    assertThat(held.path("hold").path("by").asText()).isEqualTo("page");
    assertSafe();
    browser.screenshot("held-light");
    browser.scripts(false);
    try {
      browser.open(url("/apps/" + app.name));
      browser.tabTo("a[href$='/resume']");
      browser.enter();
      browser.tabTo("button.primary");
      browser.enter();
    } finally {
      browser.scripts(true);
    }
    server.awaitPhase(app, "Synced");
    browser.open(url("/"));
    browser.tabTo("header button");
    browser.enter();
    browser.open(url("/apps/" + app.name));
    assertThat(browser.html()).contains("Sign in to act");
  }

  private static App live() {
    App app = server.app().ordinary();
    // In a command and not in a variable, whose value would be hidden.
    String print = "printf '%b\\\\n' '" + HOSTILE.replace("\\", "\\\\") + "'";
    app.compose(
        "x-holdfast:\n  watch: 1s\n  migrate:\n    - service: web\n      command: [sh, -c, \""
            + "echo applying the migration; echo secret $$CANARY; "
            + "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do echo step $$i; "
            + print
            + "; sleep 0.4; done\"]\n",
        app.webService("web", "command: [sh, -c, \"" + print + "; exec web\"]")
            + app.webService("worker"));
    app.versions("1.0.0", Map.of("web", "1.0.0", "worker", "1.0.0")).repo.push("two services");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + server.port() + path;
  }

  /** Nothing that the app wrote runs, is an element, or gives a secret away. */
  private static void assertSafe() {
    assertThat(browser.run("typeof window.owned").asText()).isEqualTo("undefined");
    assertThat(
            browser
                .run("document.querySelectorAll('main script, img, main b, iframe').length")
                .asInt())
        .isZero();
    String html = browser.html();
    assertThat(html).doesNotContain(App.CANARY).doesNotContain(TOKEN).doesNotContain("\u202e");
    assertThat(browser.complaints()).isEmpty();
  }

  /** The names of the events that a listener hears. */
  private static final class Told implements AutoCloseable {
    private final Socket socket;
    final Set<String> names = ConcurrentHashMap.newKeySet();

    Told(int port) throws IOException {
      socket = new Socket("127.0.0.1", port);
      socket
          .getOutputStream()
          .write(
              "GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      Thread.ofVirtual().start(this::read);
    }

    private void read() {
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
        lines
            .lines()
            .filter(l -> l.startsWith("event:"))
            .forEach(l -> names.add(l.substring(6).strip()));
      } catch (IOException | java.io.UncheckedIOException e) {
        // Closed by the test.
        return;
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
