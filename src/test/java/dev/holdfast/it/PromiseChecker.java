package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Contract §10 as far as one app on a real engine shows it once a test is over: every container is
 * a service's own, under its own name, and runs; no service has two; every record is closed and
 * plain files say what the API says; the canary of the app's env file stands nowhere but where it
 * must (the sealed releases, the containers' own environment).
 */
final class PromiseChecker {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> OUTCOMES =
      Set.of("succeeded", "failed", "rolled-back", "rollback-failed", "degraded", "superseded");

  private PromiseChecker() {}

  static void check(Server server, App app) {
    List<Box> boxes = server.boxes(app);
    containers(app, boxes);
    labels(boxes);
    records(server, app);
    secrets(server, app);
  }

  private static void containers(App app, List<Box> boxes) {
    List<Box> left = boxes.stream().filter(box -> !box.runs()).toList();
    assertThat(left.size())
        .as("containers of %s that do not run: %s", app.name, left)
        .isLessThanOrEqualTo(app.stoppedAllowed);
    assertThat(boxes)
        .as("containers of %s have their services' names", app.name)
        .allMatch(box -> !box.runs() || isNamed(app, box));
    Map<String, Long> running =
        boxes.stream()
            .filter(Box::runs)
            .collect(Collectors.groupingBy(Box::service, Collectors.counting()));
    assertThat(running)
        .as("running: %s", boxes)
        .allSatisfy(
            (service, count) ->
                assertThat(count)
                    .as(service)
                    .isEqualTo(app.replicas.getOrDefault(service, 1).longValue()));
    assertThat(boxes.stream().map(Box::state)).doesNotContain("paused");
  }

  /** What docker compose v1 started and was taken over keeps the name that it has. */
  private static boolean isNamed(App app, Box box) {
    boolean ours = box.all().path("Config").path("Labels").has("dev.holdfast.app");
    String ordinary = app.name + "-" + box.service() + "-" + box.number();
    return box.name().equals(app.names.getOrDefault(box.service(), ordinary))
        || (!ours && box.name().equals(app.name + "_" + box.service() + "_1"));
  }

  private static void labels(List<Box> boxes) {
    for (Box box : boxes) {
      box.all()
          .path("Config")
          .path("Labels")
          .properties()
          .forEach(
              label ->
                  assertThat(label.getKey() + "=" + label.getValue().asText())
                      .as("a label of %s", box)
                      .doesNotContain(App.CANARY));
    }
  }

  private static void records(Server server, App app) {
    Path deployments = server.state().resolve("apps/" + app.name + "/deployments");
    if (!Files.isDirectory(deployments)) {
      return;
    }
    try (Stream<Path> folders = Files.list(deployments)) {
      for (Path folder : folders.toList()) {
        Path record = folder.resolve("record.json");
        if (Files.exists(record)) {
          closed(folder, ended(server, record));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One that failed for a cause outside it is tried again by itself, perhaps just now. */
  private static JsonNode ended(Server server, Path record) {
    return server.until(
        Server.SOON,
        record + " to end",
        () -> read(record),
        read -> OUTCOMES.contains(read.path("status").asText()) || !server.agent().alive());
  }

  private static JsonNode read(Path record) {
    try {
      return JSON.readTree(record.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void closed(Path folder, JsonNode record) {
    assertThat(record.path("deployment_id").asText()).isEqualTo(folder.getFileName().toString());
    assertThat(record.path("status").asText()).as("%s", record).isIn(OUTCOMES);
    assertThat(record.path("steps"))
        .allSatisfy(step -> assertThat(step.path("ended_at").asText()).as("%s", step).isNotEmpty());
  }

  private static void secrets(Server server, App app) {
    assertThat(server.agent().log()).as("the agent's log").doesNotContain(App.CANARY);
    files(server.state()).forEach(PromiseChecker::holdsNoSecret);
    if (!server.agent().alive()) {
      return;
    }
    Stream.of(
            "/q/metrics",
            "/api/v1/apps",
            "/api/v1/apps/%s",
            "/api/v1/apps/%s/diff",
            "/api/v1/deployments?app=%s",
            "/q/health")
        .map(path -> path.formatted(app.name))
        .collect(Collectors.toMap(Function.identity(), path -> body(server, path)))
        .forEach((path, body) -> assertThat(body).as(path).doesNotContain(App.CANARY));
    for (JsonNode record : server.deployments(app)) {
      String id = record.path("deployment_id").asText();
      assertThat(body(server, "/api/v1/deployments/" + id + "/logs"))
          .as("the log of %s", id)
          .doesNotContain(App.CANARY);
    }
  }

  private static String body(Server server, String path) {
    try {
      return server.api().get(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return files(folder); // a folder went during the walk
      }
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Releases hold the containers' environment: those files are for the agent's user alone. */
  private static void holdsNoSecret(Path file) {
    try {
      if (file.toString().contains("/releases/")) {
        assertThat(Files.getPosixFilePermissions(file))
            .as("who may read %s", file)
            .noneMatch(permission -> permission.name().startsWith("OTHERS"));
      } else {
        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain(App.CANARY);
      }
    } catch (NoSuchFileException e) {
      // The agent goes on meanwhile: what it removed since the walk holds nothing.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
