package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Releases that wait for a person, a window or their turn, on a real engine. */
class ApprovalIT {
  private static final String TOKEN = "it-token-0123456789";
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  @RegisterExtension static final Server server = new Server();

  @BeforeAll
  static void token() {
    server.tokenFile = server.secret("token", TOKEN);
  }

  private static JsonNode awaits(App app, String version, String phase) {
    return server.await(
        app,
        version + " " + phase,
        view ->
            view.path("phase").asText().equals(phase)
                && view.path("desired").path("version").asText().equals(version)
                && !view.path("deployment").isNull());
  }

  private static JsonNode waiting(App app, String version) {
    JsonNode view = awaits(app, version, "AwaitingApproval");
    assertThat(view.path("approval").path("state").asText()).isEqualTo("waiting");
    assertThat(view.path("approval").path("release"))
        .isEqualTo(view.path("desired").path("release"));
    return view;
  }

  private static String release(JsonNode view) {
    return view.path("desired").path("release").asText();
  }

  private static JsonNode step(JsonNode record, String name) {
    for (JsonNode step : record.path("steps")) {
      if (step.path("step").asText().equals(name)) {
        return step;
      }
    }
    throw new AssertionError("no step " + name + " in " + record);
  }

  private static int post(App app, String action, String body, String token) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:"
                        + server.port()
                        + "/api/v1/apps/"
                        + app.name
                        + "/"
                        + action))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      return answer.statusCode();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static App asking() {
    App app = server.app().ordinary();
    app.settings.add("approval: required");
    return app;
  }

  /** The first release waits too, and is let go. */
  private static App live() {
    App app = asking();
    server.add(app);
    waiting(app, "1.0.0");
    server.cli().run("approve", app.name).orFail();
    server.awaitLive(app, "1.0.0");
    return app;
  }

  @Test
  void byCommandByApiAndByPageAReleaseGoesOnlyWhenSomebodySaysSo() throws Exception {
    App app = asking();
    server.add(app);
    JsonNode view = waiting(app, "1.0.0");
    assertThat(server.boxes(app)).isEmpty();
    assertThat(server.cli().run("status", app.name).text())
        .contains("AwaitingApproval")
        .contains("holdfast approve " + app.name + " " + release(view))
        .contains("changes web: new");
    assertThat(server.cli().run("why", app.name).text()).contains("what it changes");
    assertThat(server.cli().run("diff", app.name).text()).contains("approve");
    assertThat(server.api().get("/q/metrics"))
        .containsPattern(
            "holdfast_app_phase\\{app=\"" + app.name + "\",phase=\"AwaitingApproval\",?\\} 1");
    Shell.Ended other = server.cli().run("approve", app.name, "0123456789ab");
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err()).contains("release " + release(view) + " does");
    server.cli().run("approve", app.name, release(view)).orFail();
    JsonNode record = record(app, "1.0.0");
    assertThat(record.path("approval").path("state").asText()).isEqualTo("approved");
    assertThat(record.path("approval").path("by").asText()).isEqualTo(me());
    assertThat(step(record, "approve").path("message").asText()).isEqualTo("approved by " + me());

    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    view = waiting(app, "1.1.0");
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    String body = "{\"release\":\"" + release(view) + "\"}";
    assertThat(post(app, "approve", body, "wrong")).isEqualTo(401);
    assertThat(post(app, "approve", "{\"release\":\"0123456789ab\"}", TOKEN)).isEqualTo(409);
    assertThat(post(app, "approve", body, TOKEN)).isEqualTo(202);
    assertThat(post(app, "approve", body, TOKEN)).as("said twice").isEqualTo(202);
    record = record(app, "1.1.0");
    assertThat(record.path("approval").path("by").asText()).isEqualTo("token");

    app.web("1.2.0").release("1.2.0", "web=1.2.0");
    waiting(app, "1.2.0");
    onThePage(app);
    record = record(app, "1.2.0");
    assertThat(record.path("approval").path("by").asText()).isEqualTo("page");
    assertThat(server.box(app, "web").version()).isEqualTo("1.2.0");
  }

  private static void onThePage(App app) throws Exception {
    try (Browser browser =
        new Browser(Files.createDirectory(server.folder().resolve("chromium-approval")))) {
      browser.open("http://127.0.0.1:" + server.port() + "/apps/" + app.name);
      assertThat(browser.html()).contains("Awaiting approval").contains("What it changes");
      browser.tabTo("a[href^='/sign-in?to=']");
      browser.enter();
      browser.tabTo("#token");
      browser.type(TOKEN);
      browser.enter();
      browser.tabTo("a[href$='/approve']");
      browser.screenshot("approval-light");
      browser.enter();
      browser.tabTo("button.primary");
      browser.screenshot("approve-confirm-light");
      browser.enter();
      browser.until(
          "document.getElementById('heading').textContent.includes('Synced')"
              + " && document.getElementById('heading').textContent.includes('1.2.0')");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  /** Waits until it is live; its one record. */
  private static JsonNode record(App app, String version) {
    server.awaitLive(app, version);
    assertThat(server.ofVersion(app, version)).hasSize(1);
    return server.ofVersion(app, version).getFirst();
  }

  private static String me() {
    return System.getProperty("user.name");
  }

  @Test
  void killedAtAnyTimeOfTheWaitItWaitsOnAndGoesOnce() {
    App app = live();
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    String deployment = waiting(app, "1.1.0").path("deployment").asText();
    server.agent().kill9();
    server.agent().start();
    assertThat(waiting(app, "1.1.0").path("deployment").asText()).isEqualTo(deployment);
    server.docker().tried("rm", "-f", server.box(app, "web").id());
    server.until(
        Server.SOON,
        "what runs to be kept up",
        () -> server.boxes(app),
        boxes -> boxes.size() == 1 && boxes.getFirst().runs());
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    server.cli().run("approve", app.name).orFail();
    server.agent().kill9();
    server.agent().start();
    JsonNode record = record(app, "1.1.0");
    assertThat(record.path("deployment_id").asText()).isEqualTo(deployment);
    assertThat(record.path("status").asText()).isEqualTo("succeeded");
  }

  @Test
  void aNewerReleaseSupersedesARejectedOneIsLeftAndRollbackAsksNobody() {
    App app = live();
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    String old = release(waiting(app, "1.1.0"));
    app.web("1.2.0").release("1.2.0", "web=1.2.0");
    waiting(app, "1.2.0");
    server.awaitOutcome(app, "1.1.0", "superseded");
    assertThat(server.cli().run("approve", app.name, old).code()).isEqualTo(1);

    server.cli().run("reject", app.name, "--reason", "not on a Friday").orFail();
    JsonNode rejected = server.awaitOutcome(app, "1.2.0", "failed");
    assertThat(rejected.path("failure").path("reason").asText())
        .isEqualTo("rejected by " + me() + ": not on a Friday");
    Shell.Ended wait = server.cli().run("wait", app.name, "--version", "1.2.0", "--timeout", "1m");
    assertThat(wait.code()).isEqualTo(1);
    assertThat(wait.err() + wait.out()).contains("not on a Friday").contains("holdfast retry");
    assertThat(server.look(app).path("approval").path("state").asText()).isEqualTo("rejected");
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");

    server.cli().run("retry", app.name).orFail();
    waiting(app, "1.2.0");
    server.cli().run("approve", app.name).orFail();
    server.awaitLive(app, "1.2.0");
    // The one that it was rolled back from is kept, stopped, while a person holds the app.
    app.stoppedAllowed = 1;
    server.cli().run("rollback", app.name).orFail();
    server.await(
        app,
        "1.0.0 is back",
        view ->
            view.path("phase").asText().equals("Held")
                && view.path("version").asText().equals("1.0.0"));
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
  }

  @Test
  void aWindowOpensByItselfAndAFreezeIsGoneThroughOnRecord() {
    App window = server.app().ordinary();
    // At a whole minute, and long enough from now that it is seen closed before.
    ZonedDateTime opens =
        ZonedDateTime.now(BERLIN).plusSeconds(30).truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
    DateTimeFormatter time = DateTimeFormatter.ofPattern("HH:mm");
    window.settings.add(
        "window: [{ from: \""
            + time.format(opens)
            + "\", to: \""
            + time.format(opens.plusHours(3))
            + "\", zone: Europe/Berlin }]");
    App frozen = server.app().ordinary();
    LocalDate today = LocalDate.now(BERLIN);
    frozen.settings.add(
        "freeze: [{ from: "
            + today.minusDays(1)
            + ", to: "
            + today.plusDays(1)
            + ", zone: Europe/Berlin, reason: a fair }]");
    server.add(window, frozen);
    JsonNode closed = awaits(window, "1.0.0", "AwaitingWindow");
    assertThat(closed.path("reason").asText())
        .contains(time.format(opens) + " Europe/Berlin (" + opens.toInstant() + ")");
    assertThat(awaits(frozen, "1.0.0", "AwaitingWindow").path("reason").asText())
        .contains("a fair")
        .contains(today.plusDays(2) + " 00:00 Europe/Berlin");
    assertThat(server.boxes(frozen)).isEmpty();

    assertThat(server.cli().run("sync", frozen.name, "--now").code()).isEqualTo(2);
    assertThat(server.cli().run("sync", frozen.name, "--wait").code()).isEqualTo(1);
    server
        .cli()
        .run("sync", frozen.name, "--now", "--reason", "the checkout is down", "--wait")
        .orFail();
    JsonNode record = record(frozen, "1.0.0");
    assertThat(record.path("passed_window").path("by").asText()).isEqualTo(me());
    assertThat(step(record, "window").path("message").asText()).contains("the checkout is down");

    record = record(window, "1.0.0");
    assertThat(Instant.parse(step(record, "pull").path("started_at").asText()))
        .isBetween(opens.toInstant(), opens.toInstant().plusSeconds(60));
    assertThat(record.path("passed_window").isNull()).isTrue();
  }

  @Test
  void onceEndsWithTheReasonOfTheWait() {
    App app = asking();
    Shell.Ended once = server.once(app).run();
    assertThat(once.code()).isEqualTo(1);
    assertThat(once.out() + once.err()).contains("AwaitingApproval").contains("holdfast approve");
    assertThat(server.boxes(app)).isEmpty();
  }

  @Test
  void twoOfAGroupAreNeverRolledOutAtOnceEvenAfterADeathInTheMiddle() {
    App one = migrating();
    App two = migrating();
    server.add(one, two);
    server.awaitLive(one, "1.0.0");
    server.awaitLive(two, "1.0.0");
    one.web("1.1.0").release("1.1.0", "web=1.1.0");
    two.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.until(
        Server.SOON, "a migration", () -> migrates(one) || migrates(two), running -> running);
    server.agent().kill9();
    server.agent().start();
    server.awaitLive(one, "1.1.0");
    server.awaitLive(two, "1.1.0");
    for (String version : new String[] {"1.0.0", "1.1.0"}) {
      Work first = Work.of(server.ofVersion(one, version).getFirst());
      Work second = Work.of(server.ofVersion(two, version).getFirst());
      assertThat(first.overlaps(second)).as("%s and %s", first, second).isFalse();
    }
  }

  private static boolean migrates(App app) {
    return server.ofVersion(app, "1.1.0").stream()
        .flatMap(record -> StreamSupport.stream(record.path("steps").spliterator(), false))
        .anyMatch(
            step ->
                step.path("step").asText().equals("migrate")
                    && step.path("status").asText().equals("running"));
  }

  private static App migrating() {
    App app = server.app().ordinary();
    app.settings.add("group: database");
    app.compose(
        "x-holdfast: { watch: 1s, migrate: [{ service: web, command: [sleep, \"6\"] }] }",
        app.webService("web"));
    app.versions("1.0.0", Map.of("web", "1.0.0")).repo.push("with a migration");
    return app;
  }

  /** From the first pull to the end. */
  private record Work(Instant from, Instant to) {
    static Work of(JsonNode record) {
      return new Work(
          Instant.parse(step(record, "pull").path("started_at").asText()),
          Instant.parse(record.path("ended_at").asText()));
    }

    boolean overlaps(Work other) {
      return from.isBefore(other.to) && other.from.isBefore(to);
    }
  }
}
