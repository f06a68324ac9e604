package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The agent's process stands still or is ended by the kernel; its files are of another version. */
class ProcessFaultsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  @RegisterExtension final Server server = new Server();
  private App app;

  @BeforeEach
  void live() {
    app = server.app();
    app.web("1.0.0").web("1.1.0", "START_DELAY=1.5");
    app.compose("x-holdfast: { watch: 2s }", app.webService("web"));
    app.versions("1.0.0", Map.of("web", "1.0.0")).repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
  }

  private void awaitNewContainer() {
    server.until(
        Server.SOON,
        "the new container",
        () -> server.boxes(app),
        boxes -> boxes.stream().anyMatch(box -> box.runs() && box.version().equals("1.1.0")));
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault =
          "SIGSTOP for some seconds in the middle of an update and in steady state, then SIGCONT",
      then = "the update goes on from there; the looks that were missed are not made up for")
  void F112_anAgentThatStoodStillGoesOnWithoutABurst() throws IOException {
    app.release("1.1.0", "web=1.1.0");
    awaitNewContainer();
    server.agent().signal("STOP");
    pause(Duration.ofSeconds(7));
    server.agent().signal("CONT");
    server.awaitLive(app, "1.1.0");
    assertThat(server.ofVersion(app, "1.1.0")).hasSize(1);
    pause(Duration.ofSeconds(1));
    double before = looks();
    server.agent().signal("STOP");
    pause(Duration.ofSeconds(7));
    server.agent().signal("CONT");
    pause(Duration.ofSeconds(3));
    assertThat(looks() - before).as("looks in 3 s after 7 s of standing still").isBetween(1., 6.);
  }

  private double looks() throws IOException {
    return server
        .api()
        .get("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("holdfast_reconcile_duration_seconds_count"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "the kernel kills it in the middle of an update because its memory group is full",
      then = "the containers run on; the next start carries the update on")
  void F91_anAgentThatRanOutOfMemoryCarriesOnAtItsNextStart() throws IOException {
    try (MemoryGroup group = new MemoryGroup()) {
      app.release("1.1.0", "web=1.1.0");
      awaitNewContainer();
      group.take(server.agent().pid());
      group.limit(1 << 20);
      assertThat(server.agent().awaitEnd(60)).as("128 + SIGKILL").isEqualTo(137);
    }
    assertThat(server.boxes(app)).anyMatch(Box::runs);
    server.agent().start();
    server.awaitLive(app, "1.1.0");
    assertThat(server.ofVersion(app, "1.1.0")).hasSize(1);
  }

  @Test
  @Staged(
      part = Part.STATE,
      fault = "the state was written by an older agent, whose files lack what was added since",
      then = "it is read; history is kept, nothing is touched or deployed again")
  void F93_theStateOfAnOlderAgentIsRead() throws IOException {
    Box before = server.box(app, "web");
    server.agent().stop();
    for (Path file : files("memory.json")) {
      rewrite(file, List.of("taken_over", "tags"), 1);
    }
    for (Path file : files("record.json")) {
      rewrite(file, List.of("gaps"), 1);
    }
    server.agent().start();
    server.awaitLive(app, "1.0.0");
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());
    assertThat(server.deployments(app)).hasSize(1);
    try (Stream<Path> all = Files.walk(server.state())) {
      assertThat(all.map(Path::toString)).noneMatch(name -> name.contains(".corrupt-"));
    }
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
  }

  @Test
  @Staged(
      part = Part.STATE,
      fault = "the state was written by a newer agent, in a format that this one does not know",
      then = "it is neither read nor replaced, the app is left alone and says why")
  void F93_theStateOfANewerAgentIsLeftAlone() throws IOException {
    Box before = server.box(app, "web");
    server.agent().stop();
    Path memory = files("memory.json").getFirst();
    byte[] good = Files.readAllBytes(memory);
    rewrite(memory, List.of(), 99);
    byte[] newer = Files.readAllBytes(memory);
    server.agent().start();
    app.release("1.1.0", "web=1.1.0");
    server.await(app, "the reason", v -> v.path("reason").asText().contains("memory.json"));
    pause(Duration.ofSeconds(3));
    assertThat(Files.readAllBytes(memory)).isEqualTo(newer);
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());
    Files.write(memory, good);
    server.awaitLive(app, "1.1.0");
  }

  private List<Path> files(String name) throws IOException {
    try (Stream<Path> all = Files.walk(server.state())) {
      return all.filter(file -> file.endsWith(name)).toList();
    }
  }

  /** As an agent of another version would have written it, with a checksum that is right. */
  private static void rewrite(Path file, List<String> without, int format) throws IOException {
    ObjectNode content = (ObjectNode) JSON.readTree(file.toFile());
    content.remove("checksum");
    without.forEach(
        field -> assertThat(content.remove(field)).as(field + " of " + file).isNotNull());
    content.put("format", format);
    content.put("checksum", "sha256:" + sha256(content.toString()));
    JSON.writeValue(file.toFile(), content);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
