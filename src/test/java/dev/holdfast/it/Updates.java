package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.Releases.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A way to update the service {@code web} that the availability rig puts under load. */
interface Updates extends AutoCloseable {
  /** The network on which the proxy finds it. */
  String network();

  void first();

  void update(int number);

  /** A release that breaks, and what came before it back again. */
  void breaks(int number);

  /** Milliseconds for each update, as the agent measured them. */
  List<Long> gaps();

  @Override
  void close();

  /**
   * The built agent, told by git: the Compose file of docs/zero-downtime.md, with what the rig
   * needs laid over it by a second one.
   */
  record ByAgent(Server server, App app, String strategy, int replicas, List<Long> gaps)
      implements Updates {
    private static final Path EXAMPLE = Path.of("deploy/proxies");

    static ByAgent of(Server server, String strategy, int replicas) {
      App app = server.app();
      app.settings.add("compose: [compose.yaml, rig.yaml]");
      app.replicas.put("web", replicas);
      try {
        app.repo.write("compose.yaml", Files.readString(EXAMPLE.resolve("compose.yaml")));
        app.repo.write("nginx.conf", Files.readString(EXAMPLE.resolve("nginx.conf")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      app.repo.write("rig.yaml", rig(strategy, replicas));
      return new ByAgent(server, app, strategy, replicas, new ArrayList<>());
    }

    private static String rig(String strategy, int replicas) {
      return String.join(
          "\n",
          "x-holdfast:",
          "  watch: { for: 1s }",
          "  smoke:",
          "    - { service: web, command: [sh, -c, 'test \"$$SMOKE\" != fail'] }",
          "services:",
          "  web:",
          "    image: " + Releases.image(),
          "    deploy: { replicas: " + replicas + ", update_config: { parallelism: 2 } }",
          "    x-holdfast: { strategy: " + strategy + " }",
          "  proxy:",
          "    image: " + ProxyKind.NGINX.image(),
          "    ports: !override [\"127.0.0.1::80\"]",
          "    volumes: !override [\"./nginx.conf:/etc/proxy.conf:ro\"]",
          "");
    }

    @Override
    public String network() {
      return app.name + "_default";
    }

    /** The example's own proxy. */
    String url() {
      return "http://" + server.docker().run("port", app.container("proxy"), "80") + "/";
    }

    @Override
    public void first() {
      app.versions("0", Map.of("web", Releases.good(0)));
      app.repo.push("0");
      server.add(app);
      server.awaitLive(app, "0");
    }

    @Override
    public void update(int number) {
      String version = Integer.toString(number);
      app.release(version, "web=" + Releases.good(number));
      server.awaitLive(app, version);
      JsonNode record = server.awaitOutcome(app, version, "succeeded");
      JsonNode gap = record.path("gaps").path("web");
      assertThat(gap.path("measured_by").asText()).as("%s", record).isEqualTo("probe");
      gaps.add(gap.path("milliseconds").asLong());
    }

    @Override
    public void breaks(int number) {
      String version = number + "-" + Fault.of(number);
      List<String> before = ids();
      app.release(version, "web=" + Releases.bad(number));
      JsonNode record = server.awaitOutcome(app, version, "rolled-back");
      String step = record.path("failure").path("step").asText();
      assertThat(step)
          .as("%s", record)
          .isEqualTo(
              switch (Fault.of(number)) {
                case NEVER_HEALTHY -> "update";
                case SMOKE -> "smoke";
                case LOG -> "watch";
              });
      server.awaitPhase(app, "Degraded");
      assertThat(ids()).as("the very containers are back").isEqualTo(before);
    }

    private List<String> ids() {
      return server.boxes(app).stream().filter(Box::runs).map(Box::id).sorted().toList();
    }

    @Override
    public void close() {}
  }

  /** docker-compose's {@code up -d}, as people do it without an agent. */
  record ByCompose(String project, Path folder) implements Updates {
    static ByCompose make() {
      try {
        Path folder = Files.createTempDirectory(World.get().scripts().folder(), "compose");
        Files.writeString(
            folder.resolve("docker-compose.yml"),
            String.join(
                "\n",
                "version: '2.4'",
                "services:",
                "  web:",
                "    image: " + Releases.image() + ":${TAG}",
                "    stop_grace_period: 10s",
                ""));
        return new ByCompose("compose" + World.next(), folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String network() {
      return project + "_default";
    }

    @Override
    public void first() {
      update(0);
    }

    @Override
    public void update(int number) {
      String tag = Releases.good(number);
      compose(tag, "pull", "-q");
      compose(tag, "up", "-d");
    }

    /** It has no way back. */
    @Override
    public void breaks(int number) {}

    @Override
    public List<Long> gaps() {
      return List.of();
    }

    private void compose(String tag, String... arguments) {
      List<String> command = new ArrayList<>(List.of("docker-compose", "-p", project));
      command.addAll(List.of(arguments));
      Shell.run(command, folder, Map.of("DOCKER_HOST", World.get().engine(), "TAG", tag)).orFail();
    }

    @Override
    public void close() {
      compose("v0", "down", "-t", "1");
    }
  }
}
