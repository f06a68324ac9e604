package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent's time of day is set while it runs; the steady clock goes on (fault/clock.c). */
class ClockIT {
  @RegisterExtension final Server server = new Server();
  private Path clock;
  private App app;

  @BeforeEach
  void live() throws IOException {
    clock = server.folder().resolve("clock");
    set(0);
    server
        .agent()
        .environment
        .put("LD_PRELOAD", World.get().scripts().run("fault/build.sh", "clock"));
    server.agent().environment.put("CLOCK_FILE", clock.toString());
    app = server.app();
    app.web("1.0.0").web("1.1.0", "START_DELAY=1.5");
    app.compose("x-holdfast: { watch: 4s }", app.webService("web"));
    app.versions("1.0.0", Map.of("web", "1.0.0")).repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
  }

  private void set(long seconds) throws IOException {
    Path fresh = Files.writeString(server.folder().resolve("clock.new"), seconds + "\n");
    Files.move(fresh, clock, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void awaitStep(String step) {
    server.until(
        Server.SOON,
        "the step " + step,
        () -> server.deployments(app),
        all ->
            all.getFirst().path("version").asText().equals("1.1.0")
                && all.getFirst().path("steps").toString().contains("\"step\":\"" + step + "\""));
  }

  static List<Arguments> jumps() {
    Arguments[] sample = {Arguments.of(3_600, "probe"), Arguments.of(-7_200, "watch")};
    return "all".equals(System.getProperty("holdfast.faults"))
        ? List.of(sample[0], sample[1], Arguments.of(-7_200, "probe"), Arguments.of(3_600, "watch"))
        : List.of(sample);
  }

  @ParameterizedTest(name = "{0} s in {1}")
  @MethodSource("jumps")
  @Staged(
      part = Part.CLOCK,
      fault = "the clock is set an hour forward, or two back, while a release is probed or watched",
      then = "neither is shortened or prolonged: the release is confirmed in its time")
  void F112_aClockThatIsSetInMidDeploymentDecidesNothing(long seconds, String step)
      throws IOException {
    app.release("1.1.0", "web=1.1.0");
    awaitStep(step);
    set(seconds);
    long begun = System.nanoTime();
    server.awaitOutcome(app, "1.1.0", "succeeded");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(25));
    server.awaitLive(app, "1.1.0");
  }

  @Test
  @Staged(
      part = Part.CLOCK,
      fault = "the clock is set in steady state: a day forward, then two back",
      then = "the loop goes on turning, without a burst; new commits are followed at once")
  void F30_F112_theLoopGoesByTheSteadyClock() throws IOException {
    set(86_400);
    app.web("1.2.0").release("1.2.0", "web=1.2.0");
    server.awaitLive(app, "1.2.0");
    set(-86_400);
    app.web("1.3.0").release("1.3.0", "web=1.3.0");
    server.awaitLive(app, "1.3.0");
    double before = looks();
    pause();
    assertThat(looks() - before).as("looks in 5 s").isBetween(2.0, 9.0);
    assertThat(server.api().get("/q/health/live")).contains("\"UP\"");
  }

  private double looks() throws IOException {
    return server
        .api()
        .get("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("holdfast_reconcile_duration_seconds_count"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private static void pause() {
    try {
      Thread.sleep(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
