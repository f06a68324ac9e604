package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.SocketFaultProxy;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that dies, or whose files are damaged while it is away, goes on with its containers. */
class StateLossIT {
  @RegisterExtension final Server server = new Server();

  private App live() {
    App app = server.app().ordinary();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    return app;
  }

  enum Damage {
    EMPTY {
      @Override
      void to(Path file) throws IOException {
        Files.write(file, new byte[0]);
      }
    },
    HALF {
      @Override
      void to(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
      }
    },
    GARBAGE {
      @Override
      void to(Path file) throws IOException {
        byte[] bytes = new byte[300];
        new Random(1).nextBytes(bytes);
        Files.write(file, bytes);
      }
    },
    GONE {
      @Override
      void to(Path file) throws IOException {
        Files.delete(file);
      }
    };

    abstract void to(Path file) throws IOException;
  }

  private static List<Path> files(Path folder, Predicate<Path> which) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).filter(which).toList();
    }
  }

  /** Every file of the state at once, which is more than a power cut does. */
  @ParameterizedTest
  @EnumSource
  @Staged(
      part = Part.STATE,
      fault = "every file of the state is empty, half, garbage or gone",
      then = "history is lost and the app is not touched; updates and rollbacks go on")
  void F92_damagedStateCostsHistoryAndNotTheApp(Damage damage) throws IOException {
    App app = live();
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    Box before = server.box(app, "web");
    server.agent().kill9();
    for (Path file : files(server.state(), file -> !file.toString().contains("/git/"))) {
      damage.to(file);
    }
    server.agent().start();
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());
    app.web("bad", "HEALTH=fail").release("1.2.0", "web=bad");
    server.awaitOutcome(app, "1.2.0", "rolled-back");
    assertThat(server.box(app, "web").id()).isEqualTo(before.id());
  }

  @Test
  @Staged(
      part = Part.STATE,
      fault = "the state directory is gone",
      then = "made anew from what the containers say; nothing is touched")
  void F92_aLostStateFolderIsMadeAnewWithoutTouchingTheApp() throws IOException {
    App app = live();
    Box before = server.box(app, "web");
    server.agent().kill9();
    try (Stream<Path> all = Files.walk(server.state(), new FileVisitOption[0])) {
      for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    server.agent().start();
    server.awaitLive(app, "1.0.0");
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "a migration ends while the agent is dead",
      then = "its exit status is read from its container; it is not run again")
  void F86_aMigrationThatEndedWhileTheAgentWasDeadIsNotRunAgain() {
    App app = server.app().ordinary();
    app.compose(
        "x-holdfast: { watch: 1s, migrate: { service: web, command: [migrate] } }\n"
            + "volumes: { data: {} }",
        app.webService("web", "volumes: [\"data:/data\"]"));
    app.repo.push("migrates");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    app.web("1.1.0", "MIGRATE_SLEEP=2").release("1.1.0", "web=1.1.0");
    server.until(
        Server.SOON,
        "the migration",
        () -> server.boxes(app),
        b -> b.stream().anyMatch(Box::oneOff));
    server.agent().kill9();
    server.until(
        Server.SOON,
        "its end",
        () -> server.boxes(app),
        boxes ->
            boxes.stream()
                .filter(Box::oneOff)
                .noneMatch(box -> box.runs() || box.state().equals("created")));
    server.agent().start();
    server.awaitLive(app, "1.1.0");
    assertThat(migrations(app))
        .containsExactly("begin 1.0.0", "end 1.0.0", "begin 1.1.0", "end 1.1.0");
    assertThat(server.ofVersion(app, "1.1.0")).hasSize(1);
  }

  private List<String> migrations(App app) {
    return server
        .docker()
        .run("exec", app.container("web"), "cat", "/data/migrations")
        .lines()
        .map(line -> line.split(" ")[0] + " " + line.split(" ")[1])
        .toList();
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "it dies just after a rename",
      then = "it goes on from the new name")
  void F42_anAgentThatDiesJustAfterARenameGoesOnFromTheNewName() throws IOException {
    try (SocketFaultProxy proxy =
        SocketFaultProxy.between(
            server.folder().resolve("d"), Path.of(URI.create(World.get().engine()).getPath()))) {
      server.dockerHost = proxy.host();
      App app = live();
      long before = proxy.count("POST .*/rename.*");
      proxy.nth(1, "POST .*/rename.*", new SocketFault.After(() -> server.agent().kill9()));
      app.web("1.1.0").release("1.1.0", "web=1.1.0");
      assertThat(server.agent().awaitEnd(30)).isEqualTo(137);
      assertThat(proxy.count("POST .*/rename.*")).isEqualTo(before + 1);
      server.agent().start();
      server.awaitLive(app, "1.1.0");
      assertThat(server.ofVersion(app, "1.1.0")).hasSize(1);
    }
  }

  @Test
  void oneAgentPerStateFolder() throws IOException {
    App app = live();
    String config =
        Files.readString(server.folder().resolve("agent.yaml"))
            .replaceAll(
                "(?m)^api:.*$",
                "api: { socket: " + server.folder().resolve("s2") + ", listen: \"off\" }");
    Path second = Files.writeString(server.folder().resolve("second.yaml"), config);
    Shell.Ended refused = Shell.run(List.of(Cli.program(), "agent", "--config", second.toString()));
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err() + refused.out())
        .contains("another agent", server.state().toString(), Long.toString(server.agent().pid()));
    server.awaitLive(app, "1.0.0");
  }
}
