package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * `make soak`: many updates in a row, each told by a commit and pulled anew. What agent and engine
 * take ends where it began. History is kept for an hour at least, so the agent's clock is set two
 * hours forward before each measurement: what is left then is what stays.
 */
class Soak {
  private static final int UPDATES = Integer.getInteger("holdfast.updates", 500);
  private static final int EVERY = 100;

  /** The first ones fill caches and what is kept of releases. */
  private static final int WARM_UP = 20;

  private static final int TAGS = 6;
  private static final String ENGINE = "soak";
  @RegisterExtension final Server server = new Server().withEngineOfItsOwn(ENGINE);
  private App app;
  private int done;
  private long clock;

  @Test
  void F104_F122_F123_whatIsTakenEndsWhereItBegan() throws IOException {
    app = server.app();
    for (int tag = 0; tag < TAGS; tag++) {
      app.web("t" + tag);
    }
    setClock();
    server
        .agent()
        .environment
        .put("LD_PRELOAD", World.get().scripts().run("fault/build.sh", "clock"));
    server.agent().environment.put("CLOCK_FILE", clockFile().toString());
    app.compose("x-holdfast: { watch: 0s }", app.webService("web").replace("300ms", "100ms"));
    app.settings.add("keep: { records: 1h }");
    push();
    server.add(app);
    server.awaitLive(app, version());
    updates(WARM_UP);
    Usage begun = measured("after " + WARM_UP + " updates");
    long start = System.nanoTime();
    Usage last = begun;
    for (int more = 0; more < UPDATES; more += EVERY) {
      updates(Math.min(EVERY, UPDATES - more));
      last = measured((more + Math.min(EVERY, UPDATES - more)) + " updates later");
    }
    System.out.printf(
        "soak: %d updates in %d s%n", UPDATES, (System.nanoTime() - start) / 1_000_000_000);
    assertThat(server.boxes(app)).hasSize(1);
    last.assertNoMoreThan(begun);
  }

  private String version() {
    return "v" + done;
  }

  private void push() {
    app.versions(version(), Map.of("web", "t" + done % TAGS)).repo.push(version());
  }

  private void updates(int number) {
    for (int i = 0; i < number; i++) {
      done++;
      push();
      server.awaitLive(app, version());
    }
  }

  /** One more update makes the agent drop what is too old. */
  private Usage measured(String when) throws IOException {
    clock += 7_200;
    setClock();
    updates(1);
    server.until(
        Server.SOON,
        "the old records to go",
        () -> server.deployments(app),
        records -> records.size() <= 3);
    server.until(Server.SOON, "one container", () -> server.boxes(app), all -> all.size() == 1);
    Path data = World.get().scripts().folder().resolve("engines/" + ENGINE + "/data");
    Usage usage = Usage.of(server, data);
    System.out.println("soak, " + when + ": " + usage);
    return usage;
  }

  private Path clockFile() {
    return server.folder().resolve("clock");
  }

  private void setClock() throws IOException {
    Path fresh = Files.writeString(server.folder().resolve("clock.new"), clock + "\n");
    Files.move(
        fresh, clockFile(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
