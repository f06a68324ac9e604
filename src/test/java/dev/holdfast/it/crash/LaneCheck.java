package dev.holdfast.it.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.it.crash.Lane.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The promises of contract §10 for one app that has settled, each by its number, on what the engine
 * and the disk say.
 */
final class LaneCheck {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<Scenario, String> OUTCOME =
      Map.of(
          Scenario.FIRST,
          "succeeded",
          Scenario.UPDATE,
          "succeeded",
          Scenario.ROLLBACK,
          "rolled-back");

  private final Lane lane;
  private final Path state;
  private final List<JsonNode> containers;
  private final List<String> found = new ArrayList<>();

  private LaneCheck(Lane lane, Path state, List<JsonNode> containers) {
    this.lane = lane;
    this.state = state.resolve("apps").resolve(lane.app);
    this.containers = containers;
  }

  /** What is wrong; empty where all promises hold. */
  static List<String> of(
      Lane lane, JsonNode view, Path state, List<JsonNode> all, EngineHttp engine) {
    List<JsonNode> own = all.stream().filter(c -> lane.app.equals(project(c))).toList();
    LaneCheck check = new LaneCheck(lane, state, own);
    check.containers(view);
    check.migrations(engine);
    check.resources(engine);
    check.record();
    check.files();
    return check.found;
  }

  static String project(JsonNode container) {
    return label(container, "com.docker.compose.project");
  }

  static String label(JsonNode container, String name) {
    return container.at("/Config/Labels").path(name).asText();
  }

  /** Container ids by service. */
  static Map<String, String> ids(Lane lane, List<JsonNode> all) {
    Map<String, String> ids = new TreeMap<>();
    all.stream()
        .filter(c -> lane.app.equals(project(c)))
        .forEach(c -> ids.put(label(c, "com.docker.compose.service"), c.get("Id").asText()));
    return ids;
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      found.add(otherwise);
    }
  }

  private void containers(JsonNode view) {
    List<String> names = containers.stream().map(c -> c.get("Name").asText()).sorted().toList();
    List<String> wanted = Lane.SERVICES.stream().map(s -> "/" + lane.app + "-" + s + "-1").toList();
    check(names.equals(wanted), "2/3: containers " + names);
    String kept = view.path("release").asText();
    for (JsonNode container : containers) {
      String service = label(container, "com.docker.compose.service");
      String name = container.get("Name").asText();
      String tag = service.equals("db") ? "1" : lane.expectedTag();
      check(container.at("/State/Running").asBoolean(), "1: " + name + " does not run");
      check(container.get("RestartCount").asInt() == 0, "1: " + name + " was restarted");
      check(
          container.at("/HostConfig/RestartPolicy/Name").asText().equals("unless-stopped"),
          "1: "
              + name
              + " has another restart policy: "
              + container.at("/HostConfig/RestartPolicy"));
      check(
          container.at("/Config/Env").toString().contains("\"VERSION=" + tag + "\""),
          "5: " + name + " runs another image than that with VERSION " + tag);
      check(
          service.equals("db") || label(container, "dev.holdfast.release").equals(kept),
          "5: " + name + " is not of the release that is said to run, " + kept);
      boolean untouched =
          lane.asked() == Scenario.ROLLBACK
              || (lane.asked() == Scenario.UPDATE && service.equals("db"));
      check(
          !untouched || container.get("Id").asText().equals(lane.before().get(service)),
          "1/2: " + name + " is not the very container that ran before");
    }
  }

  /** Each begin has its end, nothing between them, and this deployment's is there once. */
  private void migrations(EngineHttp engine) {
    List<String> lines = lines(engine);
    String open = "";
    for (String line : lines) {
      String[] words = line.split(" ");
      String version = words.length > 1 ? words[1] : "?";
      boolean good =
          switch (words[0]) {
            case "begin", "undo-begin" -> open.isEmpty();
            case "end" -> open.equals("begin " + version);
            case "undo-end" -> open.equals("undo-begin " + version);
            case "noop" -> open.isEmpty();
            case "term" -> open.equals("begin " + version) && lane.mayBeTakenAlong();
            default -> false;
          };
      check(good, "9: migrations twice at once or cut off, at '" + line + "' of " + lines);
      open = words[0].endsWith("begin") ? words[0] + " " + version : "";
    }
    check(open.isEmpty(), "9: a migration was cut off: " + lines);
    long done = count(lines, "end " + lane.version());
    boolean back = lane.asked() == Scenario.ROLLBACK;
    check(done == 1 || (done == 0 && back && lane.mayEndEarly()), "9: not migrated once: " + lines);
    long undone = back ? done : 0;
    check(
        count(lines, "undo-end " + lane.version()) == undone,
        "9: the migration was not undone " + undone + " times: " + lines);
  }

  private static long count(List<String> lines, String beginning) {
    return lines.stream().filter(l -> l.equals(beginning) || l.startsWith(beginning + " ")).count();
  }

  /** What the app's migrations have written of themselves. */
  static List<String> lines(Lane lane, EngineHttp engine) throws IOException {
    String place = engine.get("/volumes/" + lane.app + "_data").path("Mountpoint").asText();
    return Files.readAllLines(Path.of(place, "migrations"));
  }

  private List<String> lines(EngineHttp engine) {
    try {
      return lines(lane, engine);
    } catch (IOException e) {
      found.add("9: no migration ran: " + e);
      return List.of();
    }
  }

  private void resources(EngineHttp engine) {
    String filter =
        "?filters=%7B%22label%22%3A%5B%22com.docker.compose.project%3D" + lane.app + "%22%5D%7D";
    check(engine.get("/networks" + filter).size() == 1, "3: not one network");
    check(engine.get("/volumes" + filter).get("Volumes").size() == 1, "3: not one volume");
  }

  private void record() {
    List<JsonNode> own = new ArrayList<>();
    try (Stream<Path> folders = Files.list(state.resolve("deployments"))) {
      for (Path folder : folders.toList()) {
        // A death between folder and record leaves an empty folder, which is nothing to carry on.
        if (Files.exists(folder.resolve("record.json"))) {
          JsonNode record = JSON.readTree(folder.resolve("record.json").toFile());
          String name = folder.getFileName() + " ";
          check(!record.path("status").asText().equals("in-progress"), "4: in progress: " + name);
          check(
              !record.path("steps").toString().contains("\"running\""), "4: a step runs: " + name);
          if (record.path("version").asText().equals(lane.version())) {
            own.add(record);
          }
        }
      }
      JsonNode memory = JSON.readTree(state.resolve("memory.json").toFile());
      check(memory.path("deployment").isNull(), "4: memory names a deployment in flight");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    check(own.size() == 1, "8: " + own.size() + " records of one deployment");
    for (JsonNode record : own) {
      String status = record.path("status").asText();
      boolean early =
          lane.mayEndEarly() && lane.asked() == Scenario.ROLLBACK && status.equals("failed");
      check(
          early || status.equals(OUTCOME.get(lane.asked())),
          "5: outcome " + record.path("status") + ", failure " + record.path("failure"));
      check(!record.path("ended_at").isNull(), "4: the record has no end");
      check(
          lane.asked() == Scenario.ROLLBACK == !record.path("failure").isNull(),
          "5: failure " + record.path("failure"));
    }
  }

  private void files() {
    try (Stream<Path> files = Files.walk(state)) {
      files
          .filter(file -> file.getFileName().toString().endsWith(".tmp"))
          .forEach(file -> found.add("8: left over: " + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
