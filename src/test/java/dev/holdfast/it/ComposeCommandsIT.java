package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.oracle.ComposeV1;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A person goes on with docker-compose on what Holdfast has made. */
class ComposeCommandsIT {
  @RegisterExtension final Server server = new Server();
  @TempDir Path home;
  private App app;
  private ComposeV1 compose;

  @BeforeEach
  void aProjectThatHoldfastMade() {
    app = server.app().web("1.0.0");
    app.repo.write(
        "compose.yaml",
        """
        x-holdfast: { watch: 1s }
        services:
          web:
            image: %s:1.0.0
            depends_on: [db]
            networks: [default, back]
            volumes: ["uploads:/uploads", "/anonymous"]
          db:
            image: %s/base/busybox:1
            command: [sh, -c, "echo ready to serve; exec sleep 3600"]
            stop_grace_period: 1s
            networks: [back]
            volumes: ["data:/data"]
        networks: { back: }
        volumes: { data: , uploads: }
        """
            .formatted(app.image("web"), app.registry));
    app.repo.write("versions.yaml", "services: {}\n").push("1.0.0");
    server.once(app).run().orFail();
    compose = new ComposeV1(World.get().engine(), home);
  }

  private String compose(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "-p";
    all[1] = app.name;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    return compose.run(app.repo.file("."), all).orFail().text();
  }

  private Map<String, String> ids() {
    return server.boxes(app).stream().collect(Collectors.toMap(Box::service, Box::id));
  }

  @Test
  void composeCommandsOf129WorkAsOnAProjectOfItsOwn() {
    Map<String, String> ids = ids();
    assertThat(ids.keySet()).containsExactlyInAnyOrder("web", "db");
    assertThat(compose("ps").lines().filter(line -> line.contains("Up")))
        .anyMatch(line -> line.startsWith(app.container("web")))
        .anyMatch(line -> line.startsWith(app.container("db")))
        .hasSize(2);
    assertThat(compose("ps", "-q", "web").strip()).isEqualTo(ids.get("web"));
    assertThat(compose("logs", "--no-color", "db")).contains("ready to serve");
    assertThat(compose("exec", "-T", "web", "sh", "-c", "echo said in $HOSTNAME").strip())
        .isEqualTo("said in " + ids.get("web").substring(0, 12));
    compose("restart", "-t", "1", "db");
    assertThat(compose("logs", "--no-color", "db").split("ready to serve", -1)).hasSize(3);
    compose("stop", "-t", "1");
    assertThat(server.boxes(app)).noneMatch(Box::runs);
    compose("up", "-d", "--no-recreate");
    assertThat(server.boxes(app)).hasSize(2).allMatch(Box::runs);
    assertThat(ids()).isEqualTo(ids);
    assertThat(networksAndVolumes())
        .containsExactlyInAnyOrder(
            app.name + "_default", app.name + "_back", app.name + "_data", app.name + "_uploads");
    assertThat(server.once(app).run().code()).isZero();
    assertThat(ids()).isEqualTo(ids);
  }

  private List<String> networksAndVolumes() {
    String filter = "label=com.docker.compose.project=" + app.name;
    return (server.docker().run("network", "ls", "--filter", filter, "--format", "{{.Name}}")
            + "\n"
            + server.docker().run("volume", "ls", "--filter", filter, "--format", "{{.Name}}"))
        .lines()
        .toList();
  }

  /** What `docker compose` v2 filters by, and what makes its `up` fail where it is wrong. */
  @Test
  void theLabelsAreThoseThatV2LooksFor() {
    Map<String, String> web = labels("inspect", app.container("web"), "{{json .Config.Labels}}");
    assertThat(web)
        .containsEntry("com.docker.compose.project", app.name)
        .containsEntry("com.docker.compose.service", "web")
        .containsEntry("com.docker.compose.oneoff", "False")
        .containsEntry("com.docker.compose.container-number", "1")
        .containsEntry("com.docker.compose.depends_on", "db:service_started:false")
        .containsKeys(
            "com.docker.compose.config-hash",
            "com.docker.compose.version",
            "com.docker.compose.project.environment_file");
    assertThat(web.get("com.docker.compose.project.working_dir")).startsWith("/");
    assertThat(web.get("com.docker.compose.project.config_files"))
        .isEqualTo(web.get("com.docker.compose.project.working_dir") + "/compose.yaml");
    assertThat(web.get("com.docker.compose.image"))
        .isEqualTo(server.docker().run("inspect", "--format", "{{.Image}}", app.container("web")));
    for (String network : List.of("default", "back")) {
      assertThat(labels("network", app.name + "_" + network))
          .containsEntry("com.docker.compose.network", network)
          .containsEntry("com.docker.compose.project", app.name)
          .containsKeys("com.docker.compose.version", "com.docker.compose.config-hash");
    }
    for (String volume : List.of("data", "uploads")) {
      assertThat(labels("volume", app.name + "_" + volume))
          .containsEntry("com.docker.compose.volume", volume)
          .containsEntry("com.docker.compose.project", app.name)
          .containsKeys("com.docker.compose.version", "com.docker.compose.config-hash");
    }
  }

  private Map<String, String> labels(String kind, String name) {
    return labels(kind, name, "{{json .Labels}}");
  }

  private Map<String, String> labels(String kind, String name, String format) {
    String json =
        kind.equals("inspect")
            ? server.docker().run("inspect", "--format", format, name)
            : server.docker().run(kind, "inspect", "--format", format, name);
    try {
      return new com.fasterxml.jackson.databind.ObjectMapper()
          .readValue(json, new com.fasterxml.jackson.core.type.TypeReference<>() {});
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
