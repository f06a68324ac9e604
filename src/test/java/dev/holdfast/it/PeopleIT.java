package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** People who work on the same containers by hand. */
class PeopleIT {
  private static final long SEED = Long.getLong("holdfast.people.seed", 20);
  private static final String MONITORING = "monitoring-by-hand";
  @RegisterExtension static final Server server = new Server();

  @Test
  @Staged(
      part = Part.PEOPLE,
      fault =
          "a minute of docker stop, rm, rename, kill, restart, pause and of networks put on and "
              + "off at random, while releases come",
      then = "it converges to the last release")
  void F102_aMinuteOfCommandsByHandEndsConverged() {
    App app = server.app().ordinary();
    app.compose(
        "x-holdfast: { watch: 1s }",
        app.webService("web")
            + app.webService("worker")
            + app.webService("cron", "restart: always"));
    app.versions("1.0.0", Map.of("web", "1.0.0", "worker", "1.0.0", "cron", "1.0.0"));
    app.repo.push("three services");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    server.docker().tried("network", "create", MONITORING);
    Random random = new Random(SEED);
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    int version = 1;
    while (System.nanoTime() < end) {
      byHand(app, random);
      if (random.nextInt(12) == 0) {
        String next = "1." + version++ + ".0";
        app.web(next).release(next, "web=" + next, "worker=" + next);
      }
      pause(random.nextInt(800));
    }
    app.web("2.0.0").release("2.0.0", "web=2.0.0", "worker=2.0.0", "cron=2.0.0");
    server.awaitLive(app, "2.0.0");
    server.until(
        Server.SOON,
        "three containers",
        () -> server.boxes(app),
        boxes ->
            boxes.size() == 3
                && boxes.stream().allMatch(box -> box.runs() && box.version().equals("2.0.0")));
    assertThat(server.agent().alive()).as("seed " + SEED).isTrue();
  }

  private static void byHand(App app, Random random) {
    List<Box> boxes = server.boxes(app);
    if (boxes.isEmpty()) {
      return;
    }
    Box box = boxes.get(random.nextInt(boxes.size()));
    // What is done to a container that just went is nobody's failure.
    switch (random.nextInt(8)) {
      case 0 -> server.docker().tried("stop", "-t", "0", box.id());
      case 1 -> server.docker().tried("rm", "-f", box.id());
      case 2 ->
          server.docker().tried("rename", box.id(), box.name() + "-by-hand" + random.nextInt(100));
      case 3 -> server.docker().tried("kill", box.id());
      case 4 -> server.docker().tried("pause", box.id());
      case 5 -> server.docker().tried("network", "connect", MONITORING, box.id());
      case 6 -> server.docker().tried("network", "disconnect", app.name + "_default", box.id());
      default -> server.docker().tried("restart", "-t", "0", box.id());
    }
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
