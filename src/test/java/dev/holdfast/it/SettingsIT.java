package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a container was given stays with the service over an update and a rollback. */
class SettingsIT {
  @RegisterExtension static final Server server = new Server();

  private static String network(Box box, App app, String name, String field) {
    return box.all()
        .path("NetworkSettings")
        .path("Networks")
        .path(app.name + "_" + name)
        .path(field)
        .toString();
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "an update of a container with every setting there is",
      then = "the new one has all of them")
  void F36_everySettingOfTheOldContainerIsOneOfTheNew() {
    App app = server.app().ordinary();
    app.web("1.1.0");
    app.compose(
        "x-holdfast: { watch: 1s }",
        app.webService(
            "web",
            "command: [web, one, \"two three\"]",
            "user: \"0:0\"",
            "working_dir: /tmp",
            "hostname: fixed",
            "init: true",
            "tty: true",
            "stdin_open: true",
            "restart: on-failure:3",
            "stop_signal: SIGINT",
            "mem_limit: 96m",
            "cpus: 0.5",
            "pids_limit: 99",
            "shm_size: 32m",
            "tmpfs: [\"/run:size=1m\"]",
            "labels: { org.example.a: \"1\" }",
            "extra_hosts: [\"other:10.1.2.3\"]",
            "expose: [\"7000\"]",
            "logging: { driver: json-file, options: { max-size: 1m } }",
            "healthcheck: { test: [CMD, \"true\"], interval: 1s, timeout: 3s, retries: 7 }"));
    app.repo.push("many settings");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Map<String, JsonNode> before = settings(server.box(app, "web"));
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    Box after = server.box(app, "web");
    assertThat(after.version()).isEqualTo("1.1.0");
    assertThat(settings(after)).isEqualTo(before);
  }

  /** All that an inspect shows of how a container was made, but for what an update is to change. */
  private static Map<String, JsonNode> settings(Box box) {
    Map<String, JsonNode> settings = new TreeMap<>();
    ObjectNode config = box.all().path("Config").deepCopy();
    config.remove(List.of("Image", "Env"));
    ObjectNode labels = (ObjectNode) config.path("Labels");
    labels.remove(
        List.of(
            "dev.holdfast.release",
            "dev.holdfast.deployment",
            "dev.holdfast.config-hash",
            "com.docker.compose.config-hash",
            "com.docker.compose.image",
            "org.opencontainers.image.version"));
    config.properties().forEach(field -> settings.put(field.getKey(), field.getValue()));
    box.all()
        .path("HostConfig")
        .properties()
        .forEach(field -> settings.put("host " + field.getKey(), field.getValue()));
    return settings;
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "addresses, aliases and unnamed volumes, over an update and a rollback",
      then = "all are kept")
  void F55_addressesAliasesAndUnnamedVolumesSurviveUpdateAndRollback() {
    App app = server.app().ordinary();
    app.web("1.1.0").web("bad", "HEALTH=fail");
    app.compose(
        "x-holdfast: { watch: 1s }\n"
            + "networks:\n"
            + "  default: { ipam: { config: [{ subnet: 10.213.77.0/24 }] } }\n"
            + "  back: {}",
        app.webService(
            "web",
            "volumes: [/scratch]",
            "networks:",
            "  default: { ipv4_address: 10.213.77.9, mac_address: \"02:42:0a:d5:4d:63\", priority: 9,"
                + " aliases: [front] }",
            "  back: { aliases: [rear] }"));
    app.repo.push("fixed addresses");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Box first = server.box(app, "web");
    isAsDeclared(first, app);
    server.docker().run("exec", first.id(), "sh", "-c", "echo kept > /scratch/file");
    app.release("1.1.0", "web=bad");
    server.awaitOutcome(app, "1.1.0", "rolled-back");
    Box back = server.box(app, "web");
    assertThat(back.id()).isEqualTo(first.id());
    isAsDeclared(back, app);
    app.release("1.2.0", "web=1.1.0");
    server.awaitLive(app, "1.2.0");
    Box updated = server.box(app, "web");
    assertThat(updated.id()).isNotEqualTo(first.id());
    isAsDeclared(updated, app);
    assertThat(server.docker().run("exec", updated.id(), "cat", "/scratch/file")).isEqualTo("kept");
  }

  private static void isAsDeclared(Box box, App app) {
    assertThat(network(box, app, "default", "IPAddress")).isEqualTo("\"10.213.77.9\"");
    assertThat(network(box, app, "default", "MacAddress")).isEqualTo("\"02:42:0a:d5:4d:63\"");
    assertThat(network(box, app, "default", "Aliases")).contains("\"front\"", "\"web\"");
    assertThat(network(box, app, "back", "Aliases")).contains("\"rear\"", "\"web\"");
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "nobody declared a MAC address",
      then = "the random one is not pinned")
  void F55_anAddressThatNobodyDeclaredIsNotPinned() {
    App app = server.app().ordinary();
    app.web("1.1.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web").all().path("Config").path("MacAddress").asText()).isEmpty();
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "names change while neighbours look the service up",
      then = "neighbours reach the new container by the service's name")
  void F59_neighboursReachTheNewContainerByTheServicesName() {
    App app = server.app().ordinary();
    app.web("1.1.0");
    app.compose("x-holdfast: { watch: 1s }", app.webService("web") + app.webService("peer"));
    app.versions("1.0.0", Map.of("web", "1.0.0", "peer", "1.0.0"));
    app.repo.push("a neighbour");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Box peer = server.box(app, "peer");
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "peer").startedAt()).isEqualTo(peer.startedAt());
    for (String name : List.of("web", app.container("web"))) {
      assertThat(asked(peer, name)).as(name).isEqualTo("1.1.0");
    }
  }

  private static String asked(Box from, String name) {
    return server
        .docker()
        .run("exec", from.id(), "wget", "-q", "-O", "-", "http://" + name + ":8080/version");
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a stranger's container takes the port in between",
      then = "the old one serves again; the reason names the port")
  void F61_aStrangersContainerOnThePortLeavesTheOldOneServing() {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Box before = server.box(app, "web");
    String stranger =
        server
            .docker()
            .run(
                "run",
                "-d",
                "-p",
                "127.0.0.1::8080",
                World.get().registry() + "/base/busybox:1",
                "sleep",
                "100000");
    try {
      String port =
          server.docker().run("port", stranger, "8080/tcp").lines().findFirst().orElseThrow();
      app.compose(
          "x-holdfast: { watch: 1s }", app.webService("web", "ports: [\"" + port + ":8080\"]"));
      app.release("1.1.0", "web=1.0.0");
      JsonNode record = server.awaitOutcome(app, "1.1.0", "rolled-back");
      assertThat(record.path("failure").path("reason").asText())
          .contains(port.substring(port.indexOf(':') + 1));
      assertThat(server.box(app, "web").id()).isEqualTo(before.id());
      assertThat(server.docker().run("inspect", "-f", "{{.State.Status}}", stranger))
          .isEqualTo("running");
    } finally {
      server.docker().run("rm", "-f", stranger);
    }
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "the source of a bind mount is gone, or is of another kind",
      then = "the old one serves; no folder is made")
  void F62_aBindWhoseSourceIsGoneOrOfTheWrongKindLeavesTheOldOneServing() throws IOException {
    App app = server.app().ordinary();
    Path directory = Files.createDirectories(server.folder().resolve("srv-" + app.name));
    Path disk = Files.createDirectory(directory.resolve("disk"));
    app.settings.add("directory: " + directory);
    String data =
        "{ type: bind, source: ./disk, target: /data, bind: { create_host_path: false } }";
    app.compose("x-holdfast: { watch: 1s }", app.webService("web", "volumes: [" + data + "]"));
    app.repo.push("data on a disk of its own");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Box before = server.box(app, "web");

    Path away = Files.move(disk, directory.resolve("away"));
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    JsonNode gone = server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(gone.path("failure").path("reason").asText()).contains(disk.toString());
    assertThat(disk).as("no empty folder in the place of the data").doesNotExist();
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());

    Files.move(away, disk);
    app.compose(
        "x-holdfast: { watch: 1s }",
        app.webService("web", "volumes: [" + data + ", \"./disk:/etc/passwd\"]"));
    app.release("1.2.0", "web=1.1.0");
    JsonNode wrong = server.awaitOutcome(app, "1.2.0", "rolled-back");
    assertThat(wrong.path("failure").path("reason").asText()).contains("/etc/passwd");
    assertThat(server.box(app, "web").id()).isEqualTo(before.id());
  }
}
