package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a person or a CI job does with the command line, on an agent that looks only when asked. */
class CommandsIT {
  @RegisterExtension static final Server server = new Server().every("10m");

  private App live() {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  private Shell.Ended run(String... arguments) {
    return server.cli().run(arguments);
  }

  @Test
  void diffTellsWithoutTouchingAndSyncDoesIt() {
    App app = live();
    String before = server.box(app, "web").id();
    assertThat(run("diff", app.name, "--exit-code").orFail().out()).contains("nothing to do");
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    Shell.Ended diff = run("diff", app.name, "--exit-code");
    assertThat(diff.code()).isEqualTo(3);
    assertThat(diff.out()).contains("pull", "web", "update", "because");
    assertThat(server.boxes(app)).hasSize(1);
    assertThat(server.box(app, "web").id()).isEqualTo(before);
    run("sync", app.name, "--wait").orFail();
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
    assertThat(run("diff", app.name, "--exit-code").code()).isZero();
  }

  @Test
  void aHeldAppIsLeftAloneUntilResume() {
    App app = live();
    run("hold", app.name, "--reason", "moving house").orFail();
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    String id = server.box(app, "web").id();
    server.docker().run("stop", "-t", "1", id);
    run("sync", app.name).orFail();
    server.await(app, "held", v -> v.path("phase").asText().equals("Held"));
    run("sync", app.name, "--wait", "--timeout", "10s");
    assertThat(server.boxes(app))
        .singleElement()
        .matches(box -> !box.runs() && box.id().equals(id));
    assertThat(run("status", app.name).text()).contains("Held", "moving house");
    run("resume", app.name).orFail();
    server.awaitLive(app, "1.1.0");
  }

  @Test
  void rollbackGoesToTheReleaseBeforeAndStaysThereUntilResume() {
    App app = live();
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    run("sync", app.name, "--wait").orFail();
    server.awaitLive(app, "1.1.0");
    run("rollback", app.name).orFail();
    server.await(
        app,
        "1.0.0 held",
        v -> v.path("phase").asText().equals("Held") && v.path("version").asText().equals("1.0.0"));
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    run("sync", app.name);
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    run("resume", app.name).orFail();
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
  }

  @Test
  void aRollbackToWhatIsNotKeptChangesNothing() {
    App app = live();
    Shell.Ended none = run("rollback", app.name);
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.err()).isNotEmpty();
    Shell.Ended unknown = run("rollback", app.name, "--to", "0123456789ab");
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("0123456789ab");
    server.awaitLive(app, "1.0.0");
  }

  @Test
  void waitEndsAsContinuousIntegrationNeedsIt() {
    App app = live();
    assertThat(run("wait", app.name, "--version", "1.0.0").code()).isZero();
    assertThat(run("wait", app.name, "--commit", app.repo.head()).code()).isZero();
    long begun = System.nanoTime();
    Shell.Ended late = run("wait", app.name, "--version", "9.9.9", "--timeout", "2s");
    assertThat(late.code()).isEqualTo(1);
    assertThat(late.err()).contains("9.9.9");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(15));
    assertThat(run("wait", "no-such-app", "--timeout", "2s").code()).isEqualTo(1);
    assertThat(run("status", "no-such-app").code()).isEqualTo(1);
    assertThat(run("wait", app.name, "--timeout", "soon").code()).isEqualTo(2);
    assertThat(new Cli(Path.of("/nowhere/s")).run("status").code()).isEqualTo(4);
    assertThat(new Cli(Path.of("/nowhere/s")).run("wait", app.name, "--timeout", "2s").code())
        .isEqualTo(4);
  }

  @Test
  void onceReconcilesAndTellsByItsExitCode() {
    App app = server.app().ordinary();
    Server.Once once = server.once(app);
    assertThat(once.run().code()).isZero();
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    app.web("bad", "EXIT_AFTER=0.3").release("1.1.0", "web=bad");
    assertThat(once.run().code()).isEqualTo(1);
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
    assertThat(List.of(server.box(app, "web").runs())).containsOnly(true);
  }
}
