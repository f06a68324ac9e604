package dev.holdfast.it.crash;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One app that is deployed again and again, each time as a release of its own: {@code db}, {@code
 * api} with a migration, a mounted file and a need for {@code db}, and {@code web}, which needs
 * {@code api}. Its source is a folder that is changed as a whole.
 */
final class Lane {
  /** What is asked of the app. */
  enum Scenario {
    FIRST,
    /** Both {@code api} and {@code web} get another image. */
    UPDATE,
    /** As an update, and {@code web} never gets healthy. */
    ROLLBACK
  }

  static final List<String> SERVICES = List.of("api", "db", "web");
  private static final String QUICK = "0.4";

  final String app;
  private final Path folder;
  private final String image;
  private final Map<String, String> digests;
  private int run;
  private String good = "2";
  private Scenario asked = Scenario.FIRST;
  private boolean mayEndEarly;
  private String webStartDelay = "0";
  private String migrationTime = QUICK;
  private Map<String, String> before = new HashMap<>();

  /**
   * @param digests of the image's tags: no registry is asked, so that its budget slows nothing down
   */
  Lane(String app, Path folder, String registry, Map<String, String> digests) {
    this.digests = Map.copyOf(digests);
    this.app = app;
    this.folder = folder;
    this.image = registry + "/" + app + "/web";
  }

  Path source() {
    return folder.resolve("source");
  }

  Scenario asked() {
    return asked;
  }

  String version() {
    return "r" + run;
  }

  /** The tag of the image that must run in the end. */
  String expectedTag() {
    return good;
  }

  /** Container ids by service before the deployment. */
  Map<String, String> before() {
    return before;
  }

  void ask(Scenario scenario, Map<String, String> containers) {
    before = Map.copyOf(containers);
    asked = scenario;
    mayEndEarly = false;
    run++;
    String next = good.equals("1") ? "2" : "1";
    if (scenario != Scenario.ROLLBACK) {
      good = next;
    }
    try {
      Path fresh = Files.createDirectories(folder.resolve("source-" + run));
      Files.writeString(fresh.resolve("compose.yaml"), compose());
      Files.writeString(fresh.resolve("api.conf"), "run " + run + "\n");
      String web = scenario == Scenario.ROLLBACK ? "bad" : next;
      Files.writeString(
          fresh.resolve("versions.yaml"),
          "version: %s\nservices: { api: %s, web: %s }\n"
              .formatted(version(), pinned(next), pinned(web)));
      Path link = folder.resolve("source.new");
      Files.createSymbolicLink(link, fresh.getFileName());
      Files.move(link, source(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String pinned(String tag) {
    return '"' + tag + '@' + digests.get(tag) + '"';
  }

  /** The image of a rollback, as the engine has it. */
  String bad() {
    return image + "@" + digests.get("bad");
  }

  /** Whether the agent says that it has nothing more to do about what was asked. */
  boolean isSettled(JsonNode view) {
    if (!view.path("deployment").isNull()
        || !version().equals(view.at("/desired/version").asText())) {
      return false;
    }
    String desired = view.at("/desired/release").asText();
    if (asked != Scenario.ROLLBACK) {
      return view.path("phase").asText().equals("Synced")
          && view.path("release").asText().equals(desired);
    }
    return view.path("phase").asText().equals("Degraded")
        && view.path("reason").asText().contains(desired + " failed and is in quarantine");
  }

  /** As {@link #isSettled}, and it does not matter at which release. */
  boolean isSettledEither(JsonNode view) {
    Scenario before = asked;
    asked = Scenario.ROLLBACK;
    boolean back = isSettled(view);
    asked = before;
    return back || isSettled(view);
  }

  /** Whether a fault may have ended the deployment before anything was touched or migrated. */
  boolean mayEndEarly() {
    return mayEndEarly;
  }

  /** From the next release on {@code web} listens only after so many seconds. */
  void delayWeb(String seconds) {
    webStartDelay = seconds;
  }

  /**
   * From the next release on a migration lasts so long that an engine that is told to end takes it
   * along, for certain.
   */
  void migrateSlowly() {
    migrationTime = "3";
  }

  /** Whether a migration may say that it was told to end, and run once more. */
  boolean mayBeTakenAlong() {
    return !migrationTime.equals(QUICK);
  }

  /** What became of an update is what is expected from now on. */
  void accept(JsonNode view) {
    mayEndEarly = true;
    if (!isSettled(view)) {
      asked = Scenario.ROLLBACK;
      good = good.equals("1") ? "2" : "1";
    }
  }

  private String compose() {
    return """
    x-holdfast:
      migrate:
        - service: api
          command: [migrate]
          environment: { VERSION: RUN, MIGRATE_SLEEP: "LASTS" }
          timeout: 60s
          on-rollback:
            command: [sh, -c, "echo undo-begin $$VERSION >>/data/migrations; sleep 0.3; echo undo-end $$VERSION >>/data/migrations"]
      watch: 1s
    services:
      db:
        image: IMAGE:DB
        restart: unless-stopped
        stop_grace_period: 3s
        x-holdfast: { probe: { http: { port: 8080, path: /health }, interval: 500ms, timeout: 3s } }
      api:
        image: IMAGE
        restart: unless-stopped
        stop_grace_period: 3s
        depends_on: { db: { condition: service_healthy } }
        volumes: ["data:/data", "./api.conf:/etc/api.conf:ro"]
        x-holdfast: { probe: { http: { port: 8080, path: /health }, interval: 500ms, timeout: 3s } }
      web:
        image: IMAGE
        restart: unless-stopped
        stop_grace_period: 3s
        depends_on: { api: { condition: service_healthy } }
        environment: { START_DELAY: "LATE" }
        x-holdfast:
          probe: { http: { port: 8080, path: /health }, interval: 500ms, timeout: 3s, retries: 4, start-period: 2s }
    volumes:
      data: {}
    """
        .replace("IMAGE:DB", image + ":1@" + digests.get("1"))
        .replace("IMAGE", image)
        .replace("LATE", webStartDelay)
        .replace("LASTS", migrationTime)
        .replace("RUN", version());
  }
}
