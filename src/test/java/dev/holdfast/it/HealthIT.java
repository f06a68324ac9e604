package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the real engine and the host's network make of health, gaps and ways back. */
class HealthIT {
  @RegisterExtension static final Server server = new Server();

  private App live() {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  private static JsonNode newest(App app, String version) {
    List<JsonNode> found = server.ofVersion(app, version);
    return found.isEmpty() ? null : found.getFirst();
  }

  /** Drops what the host sends into this app's own network, and nothing else. */
  private static final class Cut implements AutoCloseable {
    private final List<String> rule;

    Cut(App app) {
      String subnet =
          server
              .docker()
              .run(
                  "network",
                  "inspect",
                  "-f",
                  "{{(index .IPAM.Config 0).Subnet}}",
                  app.name + "_default");
      rule =
          List.of(
              "OUTPUT",
              "-d",
              subnet.strip(),
              "-m",
              "comment",
              "--comment",
              "holdfast-world",
              "-j",
              "DROP");
      iptables("-I");
    }

    private void iptables(String what) {
      List<String> command = new java.util.ArrayList<>(List.of("iptables", "-w", "10", what));
      command.addAll(rule);
      Shell.run(command).orFail();
    }

    @Override
    public void close() {
      iptables("-D");
    }
  }

  @Test
  @Staged(
      part = Part.HEALTH,
      fault = "the host does not reach its containers",
      then = "\"the host's network is broken\": no rollback; it goes on when reached again")
  void F125_aHostThatDoesNotReachItsContainersIsNotABadRelease() {
    App app = live();
    app.web("1.1.0");
    String id = server.box(app, "web").id();
    try (Cut cut = new Cut(app)) {
      app.release("1.1.0", "web=1.1.0");
      server.until(
          Server.SOON,
          "the network to be blamed",
          () -> server.look(app),
          view -> view.path("reason").asText().contains("the host's network is broken"));
      JsonNode record = newest(app, "1.1.0");
      assertThat(record.path("status").asText()).isEqualTo("in-progress");
      assertThat(record.path("failure").isNull()).isTrue();
      assertThat(server.boxes(app)).anyMatch(box -> box.id().equals(id));
    }
    server.awaitLive(app, "1.1.0");
    JsonNode record = newest(app, "1.1.0");
    assertThat(record.path("status").asText()).isEqualTo("succeeded");
    assertThat(record.path("steps").size()).isLessThan(10);
  }

  @Test
  void whatIsOutOfRestartsFailsAtOnceAndNotAtItsDeadline() {
    App app = live();
    app.web("dies", "EXIT_AFTER=0.2", "HEALTH=fail");
    app.compose(
        "x-holdfast: { watch: 1s }",
        app.webService("web", "restart: on-failure:2")
            .replace("start-period: 2s", "start-period: 5m"));
    app.release("1.1.0", "web=dies");
    JsonNode record = server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(record.path("failure").path("reason").asText()).contains("ended with exit status");
  }

  @Test
  void theGapOfAnUpdateIsMeasuredAndShown() throws Exception {
    App app = live();
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    JsonNode record = server.awaitOutcome(app, "1.1.0", "succeeded");
    JsonNode gap = record.path("gaps").path("web");
    System.out.println("gap of an update by recreate: " + gap);
    assertThat(gap.path("measured_by").asText()).isEqualTo("probe");
    assertThat(gap.path("milliseconds").asLong()).isBetween(1L, 60_000L);
    assertThat(server.api().get("/q/metrics").lines())
        .anyMatch(
            line ->
                line.startsWith("holdfast_update_gap_seconds{")
                    && line.contains("app=\"" + app.name + "\"")
                    && line.contains("service=\"web\""));
    assertThat(server.cli().run("history", app.name).orFail().out()).contains("GAP");
    assertThat(server.cli().run("show", record.path("deployment_id").asText()).orFail().out())
        .contains("Gap:        web ");
  }

  @Test
  void aGapWithoutAProbeIsTheEnginesAndSaysSo() {
    App app = server.app().web("1.0.0").web("1.1.0");
    app.compose(
        "x-holdfast: { watch: 1s }",
        "  web:\n    image: " + app.image("web") + "\n    stop_grace_period: 1s\n");
    app.versions("1.0.0", java.util.Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    server.add(app);
    server.awaitOutcome(app, "1.0.0", "succeeded");
    app.release("1.1.0", "web=1.1.0");
    JsonNode gap = server.awaitOutcome(app, "1.1.0", "succeeded").path("gaps").path("web");
    alone(app);
    assertThat(gap.path("measured_by").asText()).isEqualTo("engine");
    assertThat(gap.path("milliseconds").asLong()).isBetween(1L, 60_000L);
  }

  @Test
  @Staged(
      part = Part.HEALTH,
      fault = "the containers and the image of the release to go back to are gone",
      then = "pulled by the recorded digest")
  void F73_aReleaseWhoseContainersAndImageAreGoneIsPulledByItsRecordedDigest() {
    App app = live();
    String image = server.box(app, "web").all().path("Image").asText();
    String release = server.look(app).path("release").asText();
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    server.awaitPhase(app, "Synced");
    server.until(Server.SOON, "one container", () -> server.boxes(app), boxes -> boxes.size() == 1);
    server.docker().run("rmi", "-f", image);
    // The tag is another image by now: what the record names is what comes back.
    String moved = World.get().registry() + "/" + app.name + "/web:";
    World.get().image("web", moved + "1.0.0", "evil", "HEALTH=fail");

    server.cli().run("rollback", app.name, "--to", release).orFail();
    server.until(
        Server.SOON,
        "the old image",
        () -> server.boxes(app),
        boxes ->
            boxes.stream()
                .anyMatch(box -> box.runs() && box.all().path("Image").asText().equals(image)));
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    server.awaitPhase(app, "Held");
    // The app is held now, and so left as it is, with the one that stepped aside.
    app.stoppedAllowed = 1;
  }

  /** What was replaced is gone once its successor is confirmed. */
  private static void alone(App app) {
    server.until(Server.SOON, "one container", () -> server.boxes(app), b -> b.size() == 1);
  }

  @Test
  void aTagThatMovesBackIsReportedAndNotFollowedUntilItHasStood() {
    App app = server.app();
    app.settings.add("settle: 15s");
    app.ordinary();
    app.web("one").web("two");
    String moved = World.get().registry() + "/" + app.name + "/web:";
    World.get().image("web", moved + "main," + moved + "one", "one");
    app.versions("1.0.0", java.util.Map.of("web", "main"));
    app.repo.push("follow main");
    server.add(app);
    server.until(Server.SOON, "one", () -> server.boxes(app), b -> runs(b, "one"));
    String one = server.box(app, "web").all().path("Image").asText();
    World.get().image("web", moved + "main", "two");
    server.until(Server.SOON, "two", () -> server.boxes(app), b -> runs(b, "two"));
    server.awaitPhase(app, "Synced");
    server.docker().run("tag", one, moved + "one");
    World.get().scripts().run("images.sh", "push", moved + "one", moved + "main");
    server.until(
        Server.SOON,
        "the report",
        () -> server.look(app),
        view -> view.path("reason").asText().contains("was moved away from before"));
    assertThat(runs(server.boxes(app), "two")).isTrue();
    assertThat(server.look(app).path("phase").asText()).isEqualTo("Synced");
    server.until(Duration.ofSeconds(60), "one again", () -> server.boxes(app), b -> runs(b, "one"));
    alone(app);
  }

  private static boolean runs(List<Box> boxes, String version) {
    return boxes.stream().anyMatch(box -> box.runs() && box.version().equals(version));
  }
}
