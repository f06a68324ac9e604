package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A secret of an env-file on the server is changed: whose value it is starts anew, and nobody else.
 */
class RotationIT {
  private static final String OLD = "old-7f3a91c2d4";
  private static final String NEW = "new-5b8e60aa13";
  @RegisterExtension final Server server = new Server();

  private Map<String, String> running(App app) {
    return server.boxes(app).stream()
        .filter(Box::runs)
        .collect(
            Collectors.toMap(
                Box::service,
                box -> box.id() + box.startedAt(),
                (one, two) -> one + two,
                TreeMap::new));
  }

  private String value(App app, String service) {
    return server
        .docker()
        .tried("exec", app.container(service), "sh", "-c", "echo $PASSWORD")
        .out()
        .strip();
  }

  @Test
  void exactlyTheServicesWhoseValuesChangedAreMadeAnew() {
    App app = server.app();
    app.web("1.0.0");
    app.env += "API_PASSWORD=" + OLD + "\nJOBS_PASSWORD=" + OLD + "-jobs\nUNUSED_TOKEN=x1\n";
    app.compose(
        "x-holdfast: { watch: 1s }",
        app.webService("api").replace("CANARY: ", "PASSWORD: \"${API_PASSWORD}\", CANARY: ")
            + app.webService("jobs").replace("CANARY: ", "PASSWORD: \"${JOBS_PASSWORD}\", CANARY: ")
            + app.webService("web"));
    app.versions("1.0.0", Map.of("api", "1.0.0", "jobs", "1.0.0", "web", "1.0.0"));
    app.repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Map<String, String> before = running(app);

    // Another file with the same values, and a value that nobody uses.
    app.env = app.env.replace("UNUSED_TOKEN=x1", "UNUSED_TOKEN=y2") + "# a comment\n";
    server.configure();
    server.cli().run("sync", app.name, "--wait").orFail();
    assertThat(running(app)).isEqualTo(before);
    assertThat(server.deployments(app)).hasSize(1);

    app.env = app.env.replace("API_PASSWORD=" + OLD, "API_PASSWORD=" + NEW);
    server.configure();
    server.until(Server.SOON, "the new value", () -> value(app, "api"), NEW::equals);
    server.until(
        Server.SOON,
        "its end",
        () -> server.deployments(app),
        all -> all.size() == 2 && all.getFirst().path("status").asText().equals("succeeded"));
    Map<String, String> after = running(app);
    assertThat(after.get("api")).isNotEqualTo(before.get("api"));
    assertThat(after.get("jobs")).isEqualTo(before.get("jobs"));
    assertThat(after.get("web")).isEqualTo(before.get("web"));
    assertThat(value(app, "jobs")).isEqualTo(OLD + "-jobs");
    assertThat(server.deployments(app).getFirst().path("services_deployed").toString())
        .isEqualTo("[\"api\"]");
    for (String shown :
        new String[] {
          server.agent().log(),
          server.deployments(app).toString(),
          server.cli().run("diff", app.name).out(),
          server.cli().run("status", app.name).out()
        }) {
      assertThat(shown).doesNotContain(OLD, NEW);
    }
  }
}
