package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.docker.StartFirst;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A way to update the service {@code web} that the availability rig puts under load. */
interface Updates extends AutoCloseable {
  /** The network on which the proxy finds it. */
  String network();

  void first();

  /** The n-th update, with whatever goes wrong after it. */
  void next(int number);

  @Override
  void close();

  /**
   * Where all take their images from; those of even numbers finish what runs when they are told to
   * end.
   */
  final class Releases {
    static final String REPOSITORY = "gap/web";

    private Releases() {}

    static String tag(int number) {
      return made("v" + number, "ON_TERM=" + (number % 2 == 0 ? "close" : "abrupt"));
    }

    /** Never healthy. */
    static String broken() {
      return made("broken", "HEALTH=fail");
    }

    private static String made(String tag, String behaviour) {
      World.get()
          .image("service", World.get().registry() + "/" + REPOSITORY + ":" + tag, tag, behaviour);
      return tag;
    }
  }

  /** The sequence of engine calls alone, without an agent. */
  record ByAdapter(StartFirst service, boolean recreate) implements Updates {
    private static final Duration DRAIN = Duration.ofSeconds(3);

    static ByAdapter startFirst() {
      return new ByAdapter(new StartFirst(DRAIN), false);
    }

    @Override
    public String network() {
      return service.network();
    }

    @Override
    public void first() {
      service.first(Releases.REPOSITORY, Releases.tag(0));
    }

    /** Every second one is followed by one that breaks, before or after it serves, in turn. */
    @Override
    public void next(int number) {
      if (recreate) {
        service.recreate(Releases.REPOSITORY, Releases.tag(number));
        return;
      }
      service.update(Releases.REPOSITORY, Releases.tag(number));
      if (number % 4 == 0) {
        service.broken(Releases.REPOSITORY, Releases.broken());
      } else if (number % 2 == 0) {
        service.thereAndBack(Releases.REPOSITORY, Releases.tag(0));
      }
    }

    @Override
    public void close() {
      service.close();
    }
  }

  /** The built agent, told by git; every second update is followed by a broken release. */
  record ByAgent(Server server, App app, String strategy) implements Updates {
    static ByAgent of(Server server, String strategy) {
      App app = server.app();
      app.compose(
          "x-holdfast: { watch: 1s }",
          String.join(
              "\n",
              "  web:",
              "    image: " + World.get().registry() + "/" + Releases.REPOSITORY,
              "    stop_grace_period: 10s",
              "    x-holdfast:",
              "      strategy: " + strategy,
              "      drain: 3s",
              "      probe: { http: { port: 8080, path: /health }, interval: 300ms, timeout: 2s,"
                  + " retries: 3, start-period: 2s }",
              ""));
      return new ByAgent(server, app, strategy);
    }

    @Override
    public String network() {
      return app.name + "_default";
    }

    @Override
    public void first() {
      app.versions("0", Map.of("web", Releases.tag(0)));
      app.repo.push("0");
      server.add(app);
      server.awaitLive(app, "0");
    }

    @Override
    public void next(int number) {
      String version = Integer.toString(number);
      app.release(version, "web=" + Releases.tag(number));
      server.awaitLive(app, version);
      if (number % 2 == 0) {
        app.release(version + "-broken", "web=" + Releases.broken());
        JsonNode record = server.awaitOutcome(app, version + "-broken", "rolled-back");
        if (record.path("failure").isMissingNode()) {
          throw new AssertionError("no reason: " + record);
        }
      }
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
                "    image: " + World.get().registry() + "/" + Releases.REPOSITORY + ":${TAG}",
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
      next(0);
    }

    @Override
    public void next(int number) {
      compose(Releases.tag(number), "up", "-d");
    }

    private void compose(String tag, String... arguments) {
      List<String> command = new java.util.ArrayList<>(List.of("docker-compose", "-p", project));
      command.addAll(List.of(arguments));
      Shell.run(command, folder, Map.of("DOCKER_HOST", World.get().engine(), "TAG", tag)).orFail();
    }

    @Override
    public void close() {
      compose("v0", "down", "-t", "1");
    }
  }
}
