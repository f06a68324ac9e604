package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A project that docker compose runs, and the agent that comes: what is as it should be is not
 * touched, what is updated is kept for a rollback, and docker compose goes on working.
 */
class TakeOverIT {
  @RegisterExtension static final Server server = new Server();

  private Compose compose(App app) throws IOException {
    Path folder = Files.createDirectories(server.folder().resolve("srv-" + app.name));
    return new Compose(folder, app.name, World.get().engine());
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /**
   * Volumes, binds of data and of configuration, networks with aliases, a one-shot, healthchecks.
   */
  private static String services(App app, int port) {
    String image = "    image: " + app.image("web") + ":1.0.0\n";
    return "services:\n"
        + "  db:\n"
        + image
        + "    restart: unless-stopped\n"
        + "    environment: { CANARY: \"${CANARY}\", MODE: db }\n"
        + "    stop_grace_period: 2s\n"
        + "    volumes: [\"db-data:/data\"]\n"
        + "    healthcheck:\n"
        + "      test: [CMD, wget, -q, -O, /dev/null, \"http://127.0.0.1:8080/health\"]\n"
        + "      interval: 1s\n"
        + "      retries: 5\n"
        + "  cache:\n"
        + image
        + "    stop_grace_period: 2s\n"
        + "    tmpfs: [\"/cache:size=1m\"]\n"
        + "    mem_limit: 128m\n"
        + "    networks: [back]\n"
        + "  init:\n"
        + image
        + "    restart: \"no\"\n"
        + "    command: [sh, -c, \"echo ran >> /data/init\"]\n"
        + "    volumes: [\"db-data:/data\"]\n"
        + "  api:\n"
        + image
        + "    restart: always\n"
        + "    stop_grace_period: 2s\n"
        + "    depends_on:\n"
        + "      db: { condition: service_healthy }\n"
        + "      init: { condition: service_completed_successfully }\n"
        + "    environment: [CANARY, \"TRICKY=a $$b # c\"]\n"
        + "    volumes: [./files:/files, \"./api.conf:/etc/api.conf:ro\", /scratch]\n"
        + "    networks: { default: { aliases: [backend] }, back: {} }\n"
        + "    labels: { org.example.role: api }\n"
        + "  web:\n"
        + image
        + "    stop_grace_period: 2s\n"
        + "    depends_on: [api]\n"
        + "    ports: [\"127.0.0.1:"
        + port
        + ":8080\"]\n"
        + "    logging: { driver: json-file, options: { max-size: 1m } }\n"
        + "networks: { back: {} }\n"
        + "volumes: { db-data: {} }\n";
  }

  private static Map<String, String> standing(App app) {
    return server.boxes(app).stream()
        .collect(
            Collectors.toMap(
                Box::service,
                box -> box.id() + " " + box.name() + " " + box.startedAt() + " " + box.state(),
                (one, other) -> one + " and " + other,
                TreeMap::new));
  }

  /** The project as a person has run it for months. */
  private App running(Compose project, App app) throws IOException {
    String services = services(app, freePort());
    app.web("1.0.0");
    project.write("docker-compose.yml", services).write("api.conf", "answer = 42\n");
    project.run("up", "-d").orFail();
    server.docker().run("exec", app.name + "_db_1", "sh", "-c", "echo precious > /data/rows");
    app.stoppedAllowed = 1;
    app.repo.write("docker-compose.yml", "x-holdfast: { watch: 2s }\n" + services);
    app.repo.write("api.conf", "answer = 42\n");
    app.versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    return app;
  }

  @Test
  void whatDockerComposeStartedRunsOnUpdatesAloneAndComesBack() throws IOException {
    App app = server.app();
    Compose project = compose(app);
    running(project, app);
    Map<String, String> before = standing(app);
    assertThat(before).containsOnlyKeys("api", "cache", "db", "init", "web");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    assertThat(standing(app)).as("all runs on").isEqualTo(before);
    JsonNode first = server.awaitOutcome(app, "1.0.0", "succeeded");
    assertThat(first.path("services_deployed")).isEmpty();
    assertThat(server.look(app).path("services"))
        .allSatisfy(service -> assertThat(service.path("inSync").asBoolean()).isTrue());

    app.web("bad", "HEALTH=fail").web("1.1.0");
    app.repo.write(
        "docker-compose.yml",
        app.repo
            .read("docker-compose.yml")
            .replace("  api:\n", "  api:\n    x-holdfast: { probe: " + probe() + " }\n"));
    app.release("1.1.0", "api=bad");
    server.awaitOutcome(app, "1.1.0", "rolled-back");
    Map<String, String> back = standing(app);
    assertThat(back.get("api").split(" ")[0]).isEqualTo(before.get("api").split(" ")[0]);
    assertThat(back.get("api").split(" ")[1]).isEqualTo(app.name + "_api_1");
    back.remove("api");
    before.remove("api");
    assertThat(back).isEqualTo(before);

    app.release("1.2.0", "api=1.1.0");
    server.awaitLive(app, "1.2.0");
    Box api = server.box(app, "api");
    assertThat(api.name()).isEqualTo(app.container("api"));
    assertThat(api.version()).isEqualTo("1.1.0");
    assertThat(api.environment("TRICKY")).isEqualTo("a $b # c");
    Map<String, String> after = standing(app);
    after.remove("api");
    assertThat(after).as("an update changes what changed").isEqualTo(before);
    assertThat(server.docker().run("exec", api.id(), "cat", "/etc/api.conf"))
        .isEqualTo("answer = 42");
    assertThat(source(api, "/files")).isEqualTo(project.folder().resolve("files").toString());
    dockerComposeWorks(project, app);
  }

  private static String probe() {
    return "{ http: { port: 8080, path: /health }, interval: 300ms, timeout: 2s, retries: 3,"
        + " start-period: 2s }";
  }

  private static String source(Box box, String target) {
    for (JsonNode mount : box.all().path("Mounts")) {
      if (mount.path("Destination").asText().equals(target)) {
        return mount.path("Source").asText();
      }
    }
    throw new AssertionError(target + " is not mounted in " + box.all().path("Mounts"));
  }

  private static void dockerComposeWorks(Compose project, App app) {
    String ps = project.run("ps").text();
    assertThat(ps).contains(app.container("api"), app.name + "_db_1", "Up");
    assertThat(project.run("logs", "--no-color", "api").text()).contains("web 1.1.0 listens");
    assertThat(project.run("exec", "-T", "api", "cat", "/etc/api.conf").text())
        .isEqualTo("answer = 42");
    String id = server.box(app, "api").id();
    String startedAt = server.box(app, "api").startedAt();
    project.run("restart", "-t", "2", "api").orFail();
    server.awaitPhase(app, "Synced");
    assertThat(server.box(app, "api").id()).isEqualTo(id);
    assertThat(server.box(app, "api").startedAt()).isNotEqualTo(startedAt);
  }

  @Test
  void whatDiffersIsUpdatedAndTheReasonIsSaid() throws IOException {
    App app = server.app();
    Compose project = compose(app);
    running(project, app);
    Map<String, String> before = standing(app);
    app.repo.write(
        "docker-compose.yml",
        app.repo.read("docker-compose.yml").replace("mem_limit: 128m", "mem_limit: 129m"));
    app.repo.write("api.conf", "answer = 43\n");
    app.repo.push("changed");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Map<String, String> after = standing(app);
    assertThat(after.get("cache")).isNotEqualTo(before.get("cache"));
    assertThat(after.get("api")).isNotEqualTo(before.get("api"));
    assertThat(server.docker().run("exec", server.box(app, "api").id(), "cat", "/etc/api.conf"))
        .isEqualTo("answer = 43");
    for (String kept : List.of("db", "init", "web")) {
      assertThat(after.get(kept)).as(kept).isEqualTo(before.get(kept));
    }
    String id = server.awaitOutcome(app, "1.0.0", "succeeded").path("deployment_id").asText();
    assertThat(server.api().get("/api/v1/deployments/" + id + "/logs"))
        .contains("its configuration changed: mem_limit")
        .contains("volumes (/etc/api.conf)");
  }

  @Test
  void containersLabelledAsV2DoesRunOn() throws IOException {
    App app = server.app();
    app.web("1.0.0");
    String image = app.image("web") + ":1.0.0";
    Docker docker = server.docker();
    String project = "com.docker.compose.project=" + app.name;
    docker.run(
        "network",
        "create",
        "--label",
        project,
        "--label",
        "com.docker.compose.network=default",
        "--label",
        "com.docker.compose.version=2.29.1",
        app.name + "_default");
    docker.run(
        "volume",
        "create",
        "--label",
        project,
        "--label",
        "com.docker.compose.volume=data",
        app.name + "_data");
    docker.run(
        "run",
        "-d",
        "--name",
        app.container("web"),
        "--label",
        project,
        "--label",
        "com.docker.compose.service=web",
        "--label",
        "com.docker.compose.container-number=1",
        "--label",
        "com.docker.compose.oneoff=False",
        "--label",
        "com.docker.compose.config-hash=" + "c".repeat(64),
        "--label",
        "com.docker.compose.image=sha256:whatever",
        "--label",
        "com.docker.compose.depends_on=",
        "--label",
        "com.docker.compose.project.config_files=/srv/compose.yaml",
        "--label",
        "com.docker.compose.project.working_dir=/srv",
        "--label",
        "com.docker.compose.version=2.29.1",
        "--network",
        app.name + "_default",
        "--network-alias",
        "web",
        "--network-alias",
        app.container("web"),
        "-e",
        "CANARY=" + App.CANARY,
        "--mount",
        "type=volume,source=" + app.name + "_data,target=/data",
        "--stop-timeout",
        "2",
        "--restart",
        "always",
        image);
    Map<String, String> before = standing(app);
    app.compose(
        "x-holdfast: { watch: 2s }\nvolumes: { data: {} }",
        app.webService("web", "restart: unless-stopped", "volumes: [\"data:/data\"]"));
    app.versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    assertThat(standing(app)).isEqualTo(before);
    assertThat(
            server
                .box(app, "web")
                .all()
                .path("HostConfig")
                .path("RestartPolicy")
                .path("Name")
                .asText())
        .as("a restart policy is corrected in place")
        .isEqualTo("unless-stopped");
    server.agent().kill9();
    server.agent().start();
    server.awaitLive(app, "1.0.0");
    assertThat(standing(app)).as("after the agent's death").isEqualTo(before);
  }

  @Test
  void theSameServicesUnderAnotherProjectNameStopTheFirstDeployment() throws IOException {
    App old = server.app();
    Compose project = compose(old);
    running(project, old);
    Map<String, String> before = standing(old);
    App app = server.app();
    app.repo.write("docker-compose.yml", old.repo.read("docker-compose.yml"));
    app.repo.write("api.conf", "answer = 42\n");
    app.versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    server.add(app);
    JsonNode view =
        server.await(
            app,
            "the doubt",
            seen ->
                seen.path("phase").asText().equals("Degraded")
                    && seen.path("reason").asText().contains("apps." + old.name));
    assertThat(view.path("reason").asText())
        .contains(app.name + "_db-data beside " + old.name + "_db-data")
        .contains("beside: [" + old.name + "]");
    assertThat(server.boxes(app)).isEmpty();
    assertThat(server.docker().run("volume", "ls", "-q")).doesNotContain(app.name + "_");
    Shell.Ended diff = server.cli().run("diff", app.name);
    assertThat(diff.out() + diff.err()).contains("apps." + old.name);
    assertThat(standing(old)).isEqualTo(before);
    project.run("stop", "-t", "2").orFail();
    assertThat(server.look(app).path("phase").asText()).isEqualTo("Degraded");
    app.settings.add("beside: [" + old.name + "]");
    app.stoppedAllowed = 1;
    server.add();
    server.awaitLive(app, "1.0.0");
    assertThat(server.boxes(app)).hasSize(5);
    project.run("down", "-v", "-t", "2").orFail();
  }

  @Test
  void aContainerThatWasTakenOffItsNetworkIsPutBackOnIt() throws IOException {
    App app = server.app().ordinary();
    app.compose(
        "x-holdfast: { watch: 1s }\nnetworks: { default: {}, back: {} }",
        app.webService("web", "networks: { default: { aliases: [front] }, back: {} }"));
    app.repo.push("two networks");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    Box before = server.box(app, "web");
    server.docker().run("network", "disconnect", app.name + "_default", before.id());
    server.docker().run("network", "disconnect", app.name + "_back", before.id());
    server.until(
        Server.SOON,
        "both networks",
        () -> server.box(app, "web").all().path("NetworkSettings").path("Networks"),
        networks -> networks.has(app.name + "_default") && networks.has(app.name + "_back"));
    server.awaitPhase(app, "Synced");
    Box after = server.box(app, "web");
    assertThat(after.id()).isEqualTo(before.id());
    assertThat(after.startedAt()).isEqualTo(before.startedAt());
    assertThat(
            after
                .all()
                .path("NetworkSettings")
                .path("Networks")
                .path(app.name + "_default")
                .path("Aliases")
                .toString())
        .contains("front", "\"web\"");
  }
}
