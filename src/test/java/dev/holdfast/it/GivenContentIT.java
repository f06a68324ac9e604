package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Secrets and configs, which containers read as files and nobody else sees. */
class GivenContentIT {
  private static final String TOKEN = "token-of-the-environment-71";
  private static final String KEY = "key-of-the-server-72";

  @RegisterExtension
  static final Server server = new Server().withEngineOfItsOwn("given").every("2s");

  private static Path memory = Path.of("/nowhere");
  private final App app = server.app();
  private Path directory = Path.of("/nowhere");

  /** As systemd's {@code RuntimeDirectory=}: in memory, and the agent's own. */
  @BeforeAll
  static void runtimeDirectory() throws IOException {
    memory = Files.createTempDirectory(Path.of("/dev/shm"), "holdfast-it-");
    server.agent().environment.put("RUNTIME_DIRECTORY", memory.toString());
  }

  @AfterAll
  static void removeIt() throws IOException {
    server.agent().close();
    remove(memory);
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private String service(String name, String... more) {
    String image = World.get().registry() + "/base/busybox";
    return ("  " + name + ":\n")
        + ("    image: " + image + (name.equals("reader") ? "" : ":1") + "\n")
        + "    command: [sleep, \"100000\"]\n"
        + "    init: true\n"
        + "    restart: always\n"
        + "    stop_grace_period: 1s\n"
        + Stream.of(more).map(line -> "    " + line + "\n").collect(Collectors.joining());
  }

  @BeforeEach
  void live() throws IOException {
    directory = Files.createDirectories(server.folder().resolve("srv-" + app.name));
    Files.writeString(directory.resolve("key"), KEY + "\n");
    app.settings.add("directory: " + directory);
    app.env += "TOKEN=" + TOKEN + "\nPORT=81\n";
    app.compose(
        "x-holdfast: { watch: 1s }\n"
            + "secrets: { token: { environment: TOKEN }, key: { file: ./key } }\n"
            + "configs: { conf: { content: \"listen ${PORT}\" } }",
        service(
                "reader",
                "secrets: [token, { source: key, target: /etc/key, mode: 0400 }]",
                "configs: [{ source: conf, target: /etc/app.conf }]")
            + service("other", "secrets: [key]")
            + service("plain"));
    app.versions("1.0.0", Map.of("reader", "1"));
    app.repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
  }

  private String read(String service, String path) {
    return server.docker().run("exec", server.box(app, service).id(), "cat", path);
  }

  private Map<String, String> ids() {
    return server.boxes(app).stream()
        .filter(Box::runs)
        .collect(
            Collectors.toMap(Box::service, Box::id, (one, other) -> one + other, TreeMap::new));
  }

  private void token(String value) {
    app.env = app.env.replaceAll("TOKEN=.*", "TOKEN=" + value);
    server.configure();
    server.agent().signal("HUP");
  }

  @Test
  void areFilesInTheContainerAndStandNowhereElse() throws IOException {
    assertThat(read("reader", "/run/secrets/token")).isEqualTo(TOKEN);
    assertThat(read("reader", "/etc/key")).isEqualTo(KEY);
    assertThat(read("reader", "/etc/app.conf")).isEqualTo("listen 81");
    assertThat(read("other", "/run/secrets/key")).isEqualTo(KEY);
    String reader = server.box(app, "reader").id();
    assertThat(server.docker().run("exec", reader, "stat", "-c", "%a", "/etc/key"))
        .isEqualTo("400");
    for (String path : List.of("/run/secrets/token", "/etc/app.conf")) {
      assertThat(server.docker().tried("exec", reader, "sh", "-c", "echo x > " + path).code())
          .as("writing %s", path)
          .isNotZero();
    }

    // What a diff shows of a change, before and while it is rolled out.
    token("another-token-73");
    String shown =
        server.until(
            Server.SOON, "a diff", this::diff, text -> text.contains("\"service\":\"reader\""));
    isClean("diff", shown);
    server.until(
        Server.SOON,
        "the other token",
        () -> server.docker().tried("exec", app.container("reader"), "cat", "/run/secrets/token"),
        ended -> ended.out().strip().equals("another-token-73"));
    server.until(
        Server.SOON,
        "its end",
        () -> server.deployments(app),
        all -> all.size() == 2 && all.getFirst().path("status").asText().equals("succeeded"));

    holdsNothing(directory, List.of(directory.resolve("key")));
    holdsNothing(server.state(), List.of());
    for (Box box : server.boxes(app)) {
      isClean("docker inspect of " + box, box.all().toString());
    }
    isClean("the agent's log", server.agent().log());
    for (String command : List.of("diff", "status", "history")) {
      Shell.Ended ended = server.cli().run(command, app.name);
      isClean(command, ended.out() + ended.err());
    }
    for (String path : List.of("/api/v1/apps", "/api/v1/apps/%s", "/api/v1/apps/%s/diff")) {
      isClean(path, server.api().get(path.formatted(app.name)));
    }
    for (JsonNode record : server.deployments(app)) {
      String id = record.path("deployment_id").asText();
      isClean(id, record.toString());
      isClean("the log of " + id, server.api().get("/api/v1/deployments/" + id + "/logs"));
    }
  }

  private String diff() {
    try {
      return server.api().get("/api/v1/apps/" + app.name + "/diff");
    } catch (IOException e) {
      return "";
    }
  }

  private static void holdsNothing(Path folder, List<Path> but) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> files = all.filter(Files::isRegularFile).filter(f -> !but.contains(f)).toList();
      for (Path file : files) {
        try {
          isClean(
              file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
          // The agent goes on meanwhile: what it removed since the walk holds nothing.
        }
      }
    }
  }

  private static void isClean(String where, String text) {
    assertThat(text).as(where).doesNotContain(TOKEN, KEY, "another-token-73");
  }

  @Test
  void aChangedSecretRecreatesItsUsersAloneAndARollbackBringsTheOldValue() throws IOException {
    Map<String, String> before = ids();
    token("another-token-73");
    app.release("1.1.0", "reader=1");
    server.awaitLive(app, "1.1.0");
    Map<String, String> after = ids();
    assertThat(read("reader", "/run/secrets/token")).isEqualTo("another-token-73");
    assertThat(after.get("reader")).isNotEqualTo(before.get("reader"));
    assertThat(after).containsEntry("other", before.get("other"));
    assertThat(after).containsEntry("plain", before.get("plain"));

    server.cli().run("rollback", app.name).orFail();
    server.await(
        app,
        "1.0.0 again",
        v -> v.path("version").asText().equals("1.0.0") && v.path("phase").asText().equals("Held"));
    assertThat(read("reader", "/run/secrets/token")).isEqualTo(TOKEN);
    assertThat(ids()).containsEntry("other", before.get("other"));
    // A held app is left as it is: what was replaced last stays, stopped, until `resume`.
    app.stoppedAllowed = 1;

    Files.writeString(directory.resolve("key"), "another-key-74\n");
    server.cli().run("resume", app.name).orFail();
    server.until(
        Server.SOON,
        "the other key",
        () -> server.docker().tried("exec", app.container("other"), "cat", "/run/secrets/key"),
        ended -> ended.out().strip().equals("another-key-74"));
    server.awaitLive(app, "1.1.0");
    assertThat(read("reader", "/etc/key")).isEqualTo("another-key-74");
    assertThat(ids()).containsEntry("plain", before.get("plain"));
  }

  @Test
  void comeBackAfterABootThatEmptiedTheMemory() throws IOException {
    Map<String, String> before = ids();
    server.agent().kill9();
    server.engine("stop");
    remove(memory.resolve("secrets"));
    server.engine("start");
    assertThat(ids()).as("the engine alone starts what needs no secret").containsOnlyKeys("plain");
    server.agent().start();
    server.until(
        Server.SOON, "all to run", this::ids, running -> running.keySet().equals(before.keySet()));
    assertThat(ids()).isEqualTo(before);
    assertThat(read("reader", "/run/secrets/token")).isEqualTo(TOKEN);
    assertThat(read("reader", "/etc/key")).isEqualTo(KEY);
    server.awaitLive(app, "1.0.0");
    assertThat(server.deployments(app)).hasSize(1);
  }
}
