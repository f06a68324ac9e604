package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Updates that go through several replicas, in batches and behind a canary, on a real engine. */
class CanaryIT {
  @RegisterExtension static final Server server = new Server();

  private static FakePrometheus prometheus;

  @BeforeAll
  static void start() {
    prometheus = new FakePrometheus(World.get().docker());
  }

  @AfterAll
  static void stop() {
    prometheus.close();
  }

  private static App live(int replicas, String... more) {
    App app = server.app().web("1.0.0");
    app.settings.add("allow-urls: [\"" + prometheus.url() + "/*\"]");
    app.replicas.put("web", replicas);
    app.compose("x-holdfast: { watch: 1s }", app.webService("web", more));
    app.versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    prometheus.asks(app.name);
    return app;
  }

  private static Set<String> running(App app) {
    return server.boxes(app).stream()
        .filter(Box::runs)
        .map(box -> box.id() + " " + box.name() + " " + box.startedAt())
        .collect(Collectors.toSet());
  }

  private static List<String> log(JsonNode record) {
    try {
      String id = record.path("deployment_id").asText();
      return server.api().get("/api/v1/deployments/" + id + "/logs").lines().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The lines' places, in order; a line that is not there fails. */
  private static int after(List<String> lines, int from, String... words) {
    Predicate<String> wanted = line -> List.of(words).stream().allMatch(line::contains);
    for (int i = from; i < lines.size(); i++) {
      if (wanted.test(lines.get(i))) {
        return i + 1;
      }
    }
    throw new AssertionError("no " + List.of(words) + " in " + String.join("\n", lines));
  }

  private static void steps(List<String> lines, String... inOrder) {
    int at = 0;
    for (String words : inOrder) {
      at = after(lines, at, words.split(" ~ "));
    }
  }

  @Test
  void batchesFollowOneAnotherAsUpdateConfigSays() {
    App app =
        live(
            3,
            "deploy: { replicas: 3, update_config: { parallelism: 2, delay: 1s, monitor: 2s } }");
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    JsonNode record = server.awaitOutcome(app, "1.1.0", "succeeded");
    List<String> lines = log(record);
    steps(
        lines,
        "stop ~ web-1",
        "start ~ web-1",
        "stop ~ web-2",
        "start ~ web-2",
        "wait until ~ web-1",
        "wait until ~ web-2",
        "watch",
        "wait ~ between two batches",
        "stop ~ web-3",
        "start ~ web-3");
    JsonNode gap = record.path("gaps").path("web");
    assertThat(gap.path("milliseconds").asLong(-1)).as("%s", gap).isZero();
    assertThat(gap.path("measured_by").asText()).isEqualTo("probe");
    server.awaitLive(app, "1.1.0");
  }

  /** Held against a bound by their addresses, and against the old ones by their names. */
  @Test
  void aCanaryThatDoesWorseThanItMayBringsEverythingBackAndOneThatDoesWellGoesOn() {
    App app =
        live(
            3,
            "  drain: 1s",
            "  strategy:",
            "    order: start-first",
            "    canary:",
            "      for: 1s",
            "      metrics:",
            metric("query: 'errors{instance=~\"{{instances}}\"}', max: 0.5"),
            metric("query: 'errors{name=~\"{{containers}}\"}', max-ratio: 1.5"),
            "deploy: { replicas: 3, update_config: { parallelism: 0 } }");
    prometheus.values.putAll(Map.of("1.0.0", 0.1, "1.1.0", 0.6, "1.2.0", 0.2, "1.3.0", 0.14));
    bringsBack(app, "1.1.0", "gives 0.6, more than 0.5");
    bringsBack(app, "1.2.0", "gives 0.2 for the new containers and 0.1 for the old");
    app.web("1.3.0").release("1.3.0", "web=1.3.0");
    server.awaitLive(app, "1.3.0");
    assertThat(server.boxes(app)).extracting(Box::version).containsOnly("1.3.0");
  }

  private static String metric(String what) {
    return "        - { prometheus: \"" + prometheus.url() + "\", " + what + " }";
  }

  private static void bringsBack(App app, String version, String reason) {
    Set<String> before = running(app);
    app.web(version).release(version, "web=" + version);
    JsonNode record = server.awaitOutcome(app, version, "rolled-back");
    assertThat(record.path("failure").path("reason").asText()).contains("the canary: ", reason);
    server.awaitPhase(app, "Degraded");
    assertRestored(app, before, record);
  }

  /** The two that the canary did not replace were not touched; the third is the very one. */
  private static void assertRestored(App app, Set<String> before, JsonNode record) {
    Set<String> now = running(app);
    assertThat(now).hasSize(3);
    assertThat(before.stream().filter(now::contains)).as("%s %s", before, record).hasSize(2);
    assertThat(now.stream().map(box -> box.replaceFirst(" [^ ]*$", "")))
        .containsExactlyInAnyOrderElementsOf(
            before.stream().map(box -> box.replaceFirst(" [^ ]*$", "")).toList());
  }
}
