package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** `holdfast shell`: a person's own container of a service, on a real engine. */
class OneOffIT {
  private static final Duration GONE = Duration.ofSeconds(40);
  @RegisterExtension static final Server server = new Server();

  /** A command of a shell, with its input from a pipe, its output in files. */
  private static final class Running {
    final Process process;
    final Path out;
    final Path err;

    Running(List<String> command) throws IOException {
      out = Files.createTempFile(server.folder(), "shell", ".out");
      err = Files.createTempFile(server.folder(), "shell", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().put("HOLDFAST_SOCKET", server.folder().resolve("s").toString());
      builder.environment().put("NO_COLOR", "1");
      process = builder.start();
    }

    void type(String text) throws IOException {
      process.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    }

    String printed() {
      return read(out);
    }

    String said() {
      return read(err);
    }

    void awaitPrinted(String text) {
      server.until(Server.SOON, text + "; " + said(), this::printed, all -> all.contains(text));
    }

    int code() throws InterruptedException {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(printed() + said()).isTrue();
      return process.exitValue();
    }

    private static String read(Path file) {
      try {
        return Files.readString(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Running start(App app, String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(Cli.program(), "shell", app.name, "web"));
    command.addAll(List.of(words));
    return new Running(command);
  }

  private static Shell.Ended run(App app, String... words) {
    List<String> all = new ArrayList<>(List.of("shell", app.name, "web"));
    all.addAll(List.of(words));
    return server.cli().run(all.toArray(String[]::new));
  }

  private static App live() {
    App app = server.app();
    app.web("1.0.0");
    app.compose(
        "x-holdfast: { watch: 1s }\nvolumes: { data: {} }",
        app.webService(
            "web",
            "volumes: [\"data:/data\"]",
            "ports: [\"127.0.0.1::8080\"]",
            "restart: unless-stopped"));
    app.versions("1.0.0", Map.of("web", "1.0.0"));
    app.repo.push("1.0.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  private static List<Box> shells(App app) {
    return server.boxes(app).stream()
        .filter(box -> box.all().path("Config").path("Labels").has("dev.holdfast.shell"))
        .toList();
  }

  private static void awaitNoShell(App app) {
    server.until(GONE, "the shell's container to go", () -> shells(app), List::isEmpty);
  }

  private static List<String> notes(App app) {
    try {
      return Files.readAllLines(server.state().resolve("apps/" + app.name + "/shells.ndjson"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void itHasWhatTheServiceHasAndIsNeverTakenForIt() throws Exception {
    App app = live();
    Box web = server.box(app, "web");
    int deployments = server.deployments(app).size();
    Running shell =
        start(app, "--", "sh", "-c", "echo $CANARY; echo kept >/data/f; echo e >&2; cat");
    shell.awaitPrinted(App.CANARY);
    Box box = shells(app).getFirst();
    assertThat(box.name()).startsWith(app.name + "-web-run-");
    JsonNode labels = box.all().path("Config").path("Labels");
    assertThat(labels.path("com.docker.compose.oneoff").asText()).isEqualTo("True");
    assertThat(box.all().at("/HostConfig/PortBindings").isEmpty()).isTrue();
    assertThat(box.all().at("/HostConfig/RestartPolicy/Name").asText()).isEqualTo("no");
    assertThat(box.all().at("/Config/Tty").asBoolean()).isFalse();
    shell.type("one\n");
    shell.awaitPrinted("one");
    assertThat(server.look(app).at("/shells/0/service").asText()).isEqualTo("web");
    assertThat(server.cli().run("status", app.name).text()).contains("a shell is open: ");
    // Several looks pass, a release among them: neither is in the other's way.
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    assertThat(shells(app)).extracting(Box::id).containsExactly(box.id());
    JsonNode containers = server.look(app).path("services").get(0).path("containers");
    assertThat(containers).hasSize(1);
    assertThat(containers.get(0).path("id").asText()).isNotEqualTo(box.id());
    assertThat(run(app, "--", "wget", "-qO-", "http://web:8080/version").text()).isEqualTo("1.1.0");
    shell.process.getOutputStream().close();
    assertThat(shell.code()).isZero();
    assertThat(shell.said())
        .contains("service web of release")
        .contains("which runs")
        .contains("e");
    assertThat(shells(app)).isEmpty();
    assertThat(server.look(app).path("shells")).isEmpty();
    assertThat(server.deployments(app)).hasSize(deployments + 1);
    assertThat(server.box(app, "web").id()).isNotEqualTo(web.id());
    assertThat(server.docker().run("exec", app.container("web"), "cat", "/data/f"))
        .isEqualTo("kept");
  }

  @Test
  void theCommandsExitCodeIsPassedOnAndWhoRanItIsNotedWithoutSecrets() {
    App app = live();
    Shell.Ended ended =
        run(app, "--", "sh", "-c", "echo out; echo err >&2; exit 42 # " + App.CANARY);
    assertThat(ended.code()).isEqualTo(42);
    assertThat(ended.out()).isEqualTo("out\n");
    assertThat(ended.err()).endsWith("err\n");
    assertThat(run(app, "--", "true").code()).isZero();
    assertThat(notes(app)).hasSize(4);
    assertThat(notes(app).getFirst())
        .contains(
            System.getProperty("user.name") + " opens ", "exit 42 # ***", "\"service\":\"web\"")
        .doesNotContain(App.CANARY);
    assertThat(notes(app).get(1)).contains("exit status 42");
    Shell.Ended missing = run(app, "--", "no-such-program");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("could not open a shell in web because", "no-such-program");
    assertThat(server.cli().run("shell", app.name, "nothing").err())
        .contains("has no such service; it has web");
    assertThat(server.cli().run("shell", "nobody", "web").err()).contains("no app of this name");
    assertThat(run(app, "--release", "0123456789ab").err()).contains("is not kept; there are ");
    assertThat(run(app, "--migration").err()).contains("has no migration of service web");
    assertThat(shells(app)).isEmpty();
  }

  @Test
  void withATerminalItIsOneAndItsSizeIsFollowedAndTheOwnOneIsPutBack() throws Exception {
    App app = live();
    Path tty = server.folder().resolve("tty-" + app.name);
    String inside =
        "stty rows 41 cols 111; tty >"
            + tty
            + "; stty -g; "
            + Cli.program()
            + " shell "
            + app.name
            + " web; echo code=$?; stty -g";
    Running shell = new Running(List.of("script", "-qec", inside, "/dev/null"));
    server.until(Server.SOON, "the shell", () -> shells(app), found -> !found.isEmpty());
    shell.awaitPrinted("which runs");
    assertThat(shells(app).getFirst().all().at("/Config/Tty").asBoolean()).isTrue();
    shell.type("stty size\r");
    shell.awaitPrinted("41 111");
    Shell.run(List.of("stty", "-F", Files.readString(tty).strip(), "rows", "33", "cols", "77"))
        .orFail();
    server.until(
        Server.SOON,
        "the size to be followed: " + shell.printed(),
        () -> {
          try {
            shell.type("stty size\r");
            Thread.sleep(300);
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
          return shell.printed();
        },
        all -> all.contains("33 77"));
    // Ctrl-C is a key of the container's: what runs there ends, and the shell does not.
    shell.type("sleep 1000\r");
    Thread.sleep(500);
    shell.type("\u0003");
    shell.type("echo still-$((40+2))\r");
    shell.awaitPrinted("still-42");
    shell.type("exit 7\r");
    shell.awaitPrinted("code=7");
    assertThat(shell.code()).isZero();
    List<String> modes =
        shell
            .printed()
            .lines()
            .map(String::strip)
            .filter(l -> l.matches("[0-9a-f:]{40,}"))
            .toList();
    assertThat(modes).hasSize(2);
    assertThat(modes.getLast()).isEqualTo(modes.getFirst());
    assertThat(shells(app)).isEmpty();
  }

  @Test
  void killedClientOrAgentLeavesNothingBehind() throws Exception {
    App app = live();
    String deaf = "trap '' TERM HUP; echo begun; while true; do sleep 1; done";
    Running dies = start(app, "--", "sh", "-c", deaf);
    dies.awaitPrinted("begun");
    dies.process.destroyForcibly();
    awaitNoShell(app);
    server.until(
        GONE,
        "the note",
        () -> notes(app),
        all -> all.getLast().contains("the person went away") || all.getLast().contains("over"));

    Running orphan = start(app, "--", "sh", "-c", deaf);
    orphan.awaitPrinted("begun");
    Box box = shells(app).getFirst();
    server.agent().kill9();
    assertThat(orphan.code()).isEqualTo(4);
    assertThat(orphan.said()).contains("the agent went away");
    assertThat(shells(app)).extracting(Box::id).containsExactly(box.id());
    server.agent().start();
    awaitNoShell(app);

    Running stopped = start(app, "--", "sh", "-c", deaf);
    stopped.awaitPrinted("begun");
    server.agent().signal("TERM");
    server.agent().awaitEnd(60);
    assertThat(shells(app)).isEmpty();
    assertThat(stopped.code()).isIn(1, 4);
    server.agent().start();
    server.awaitPhase(app, "Synced");
  }

  @Test
  void ofAReleaseThatFailedItShowsThatOneWithTheMigrationsVariables() {
    App app = live();
    app.web("2.0.0");
    app.compose(
        """
        x-holdfast:
          watch: 1s
          migrate: { service: web, command: [sh, -c, "exit 3"], environment: { DIRECT: straight } }
        volumes: { data: {} }
        """,
        app.webService("web", "volumes: [\"data:/data\"]", "networks: [default, later]")
            + "networks: { later: {} }\n");
    app.release("2.0.0", "web=2.0.0");
    server.awaitOutcome(app, "2.0.0", "failed");
    JsonNode view = server.awaitPhase(app, "Degraded");
    Shell.Ended failed = run(app, "--", "sh", "-c", "echo $VERSION-$DIRECT");
    assertThat(failed.orFail().out()).isEqualTo("2.0.0-\n");
    assertThat(failed.err())
        .contains(view.path("desired").path("release").asText() + " (2.0.0)")
        .contains("which failed and is in quarantine");
    assertThat(run(app, "--migration", "--", "sh", "-c", "echo $VERSION-$DIRECT").text())
        .isEqualTo("2.0.0-straight");
    String runs = view.path("release").asText();
    assertThat(run(app, "--release", runs, "--", "sh", "-c", "echo $VERSION").text())
        .isEqualTo("1.0.0");
    assertThat(server.box(app, "web").version()).isEqualTo("1.0.0");
  }
}
