package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What makes the agent look before its time. Its interval is an hour, so that whatever happens here
 * happens because of a wake-up.
 */
class WakeIT {
  @RegisterExtension final Server server = new Server().every("1h");

  /** When the newest deployment of a version began, after {@code from}. */
  private Duration begun(App app, String version, Instant from) {
    JsonNode record = server.ofVersion(app, version).getFirst();
    return Duration.between(from, Instant.parse(record.path("timestamp").asText()));
  }

  private static void print(String what, Duration took) {
    System.out.println("=== wake-up: " + what + ": " + took.toMillis() + " ms");
  }

  /** All of a deployment but what it waited for the registry, the app and the watch. */
  private Duration own(App app, String version, Instant from) {
    JsonNode record = server.ofVersion(app, version).getFirst();
    Duration own = Duration.between(from, Instant.parse(record.path("ended_at").asText()));
    for (JsonNode step : record.path("steps")) {
      Duration took =
          Duration.between(
              Instant.parse(step.path("started_at").asText()),
              Instant.parse(step.path("ended_at").asText()));
      System.out.println(
          "===   "
              + step.path("step").asText()
              + " "
              + step.path("service").asText()
              + " "
              + took.toMillis()
              + " ms");
      if (List.of("pull", "probe", "watch").contains(step.path("step").asText())) {
        own = own.minus(took);
      }
    }
    return own;
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "the git host's hook comes unsigned, signed wrong, twice, or for nothing new",
      then = "a push is rolled out at once by a signed one; every other changes nothing")
  void F31_aPushWhoseHookIsSignedIsRolledOutAtOnce() throws IOException {
    Path secret = server.secret("hook", "a-secret-of-the-hook");
    server.settings.add("hooks: { git: { secret-file: " + secret + " } }");
    App app = server.app().ordinary();
    app.web("1.1.0").web("1.2.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");

    String url = "http://127.0.0.1:" + server.port() + "/hooks/git";
    String unsigned = status(url, List.of());
    assertThat(unsigned).isEqualTo("401");
    assertThat(status(url, List.of("-H", "X-Hub-Signature-256: sha256=00"))).isEqualTo("401");
    assertThat(status(url + "x", List.of("-H", "X-Gitlab-Token: a-secret-of-the-hook")))
        .isEqualTo("404");

    hook(app, secret, url);
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    print("push by git to deployment begun", begun(app, "1.1.0", pushed(app)));
    print("push by git to confirmed, less pull, probe and watch", own(app, "1.1.0", pushed(app)));

    app.release("1.2.0", "web=1.2.0");
    server.awaitLive(app, "1.2.0");
    print("the second push to deployment begun", begun(app, "1.2.0", pushed(app)));
    print(
        "the second push to confirmed, less pull, probe and watch", own(app, "1.2.0", pushed(app)));
    for (int i = 0; i < 30; i++) {
      assertThat(status(url, List.of("-H", "X-Gitlab-Token: a-secret-of-the-hook")))
          .isEqualTo("202");
    }
    assertThat(server.deployments(app)).hasSize(3);
    assertThat(server.box(app, "web").version()).isEqualTo("1.2.0");
    assertThat(server.agent().log()).doesNotContain("a-secret-of-the-hook");
  }

  private static String status(String url, List<String> headers) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of("curl", "-s", "-m", "10", "-o", "/dev/null", "-w", "%{http_code}"));
    command.addAll(headers);
    command.addAll(List.of("--data", "{}", url));
    return Shell.run(command).orFail().text();
  }

  /** As docs/wake-ups.md shows it. */
  private static void hook(App app, Path secret, String url) throws IOException {
    Path file = app.repo.bare().resolve("hooks/post-receive");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        #!/bin/sh
        date +%%s%%3N > %s
        body=$(cat)
        sum=$(printf %%s "$body" | openssl dgst -sha256 -hmac "$(cat %s)" | sed 's/.* //')
        curl -fsS -m 5 -H "X-Hub-Signature-256: sha256=$sum" --data-binary "$body" %s || :
        """
            .formatted(received(app), secret, url));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path received(App app) {
    return app.repo.bare().resolve("received");
  }

  /** When the git host had the push. */
  private static Instant pushed(App app) throws IOException {
    return Instant.ofEpochMilli(Long.parseLong(Files.readString(received(app)).strip()));
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "a folder's versions.yaml is half written, then whole; the folder is exchanged",
      then = "the half changes nothing; the whole is rolled out at once, in the new folder too")
  void aFileThatChangesIsSeenAtOnce() throws IOException {
    App app = server.app().ordinary();
    app.web("1.1.0").web("1.2.0");
    Path folder = server.folder().resolve("source");
    copy(app, folder);
    app.source = "directory: " + folder;
    server.add(app);
    server.awaitLive(app, "1.0.0");

    Files.writeString(folder.resolve("versions.yaml"), "version: \"1.1.0\"\nservices:\n  web: [");
    server.awaitPhase(app, "Degraded");
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    Instant written = Instant.now();
    app.versions("1.1.0", Map.of("web", "1.1.0"));
    Files.copy(
        app.repo.file("versions.yaml"),
        folder.resolve("versions.yaml"),
        StandardCopyOption.REPLACE_EXISTING);
    server.awaitLive(app, "1.1.0");
    print("versions.yaml written to deployment begun", begun(app, "1.1.0", written));

    app.versions("1.2.0", Map.of("web", "1.2.0"));
    Path next = server.folder().resolve("source.next");
    copy(app, next);
    Files.move(folder, server.folder().resolve("source.old"));
    Instant exchanged = Instant.now();
    Files.move(next, folder);
    server.awaitLive(app, "1.2.0");
    print("folder exchanged to deployment begun", begun(app, "1.2.0", exchanged));
    Files.writeString(folder.resolve("service.log"), "nobody cares");
  }

  private static void copy(App app, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : List.of("compose.yaml", "versions.yaml")) {
      Files.copy(app.repo.file(name), folder.resolve(name));
    }
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a container is removed by hand, hours before the next look",
      then = "the engine's event brings the look: it is put back at once, and then all is quiet")
  void aContainerThatIsRemovedIsPutBackAtOnceAndThenAllIsQuiet() throws Exception {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    String before = server.box(app, "web").id();
    Instant removed = Instant.now();
    server.docker().run("rm", "-f", before);
    server.until(
        Server.SOON,
        "the container to be put back",
        () -> server.boxes(app),
        boxes -> boxes.stream().anyMatch(box -> box.runs() && !box.id().equals(before)));
    print("docker rm -f to put back", Duration.between(removed, Instant.now()));
    server.awaitPhase(app, "Synced");
    // Its own events and those that were held back come in; then nothing wakes it any more.
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    double then;
    double now = looks(app);
    do {
      then = now;
      Thread.sleep(5_000);
      now = looks(app);
    } while (now > then && System.nanoTime() < end);
    assertThat(now).as("looks of a steady app").isEqualTo(then);
    assertThat(server.box(app, "web").restarts()).isZero();
  }

  private double looks(App app) {
    String metrics =
        Shell.run(List.of("curl", "-s", "http://127.0.0.1:" + server.port() + "/q/metrics"))
            .orFail()
            .text();
    return metrics
        .lines()
        .filter(line -> line.startsWith("holdfast_reconcile_duration_seconds_count"))
        .filter(line -> line.contains("\"" + app.name + "\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
