package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.it.TcpProxy.Mode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A git server that is silent, cuts, is slow or was rewritten: what runs is left alone. */
class GitFaultsIT {
  @RegisterExtension static final Server server = new Server();

  private static int http() {
    return URI.create(World.get().once("git.sh", "http", "open", "auto")).getPort();
  }

  private static App app() {
    App app = server.app();
    app.web("1.0.0").web("1.1.0");
    app.compose("x-holdfast: { watch: 1s }", app.webService("web"));
    app.versions("1.0.0", Map.of("web", "1.0.0")).repo.push("1.0.0");
    return app;
  }

  private static App over(TcpProxy proxy, App app) {
    app.source =
        "git: { url: \"http://127.0.0.1:%d/git/%s.git\", ref: main }"
            .formatted(proxy.port(), app.name);
    return app;
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "the server is silent, cuts its answers, or hangs up",
      then =
          "the app stays and its reason says so; a container that went meanwhile is put back; other"
              + " apps go on; the next good answer is followed")
  void F26_F27_aServerThatAnswersNothingIsUnknownAndNotEmpty() {
    Map<Mode, TcpProxy> proxies = new EnumMap<>(Mode.class);
    Map<Mode, App> apps = new EnumMap<>(Mode.class);
    App bystander = app();
    try {
      for (Mode mode : List.of(Mode.SILENT, Mode.CUT, Mode.HANG_UP)) {
        proxies.put(mode, new TcpProxy(http()));
        apps.put(mode, over(proxies.get(mode), app()));
      }
      server.add(bystander);
      server.add(apps.values().toArray(App[]::new));
      apps.values().forEach(app -> server.awaitLive(app, "1.0.0"));
      proxies.forEach((mode, proxy) -> proxy.mode = mode);
      apps.values().forEach(app -> app.release("1.1.0", "web=1.1.0"));
      apps.values().forEach(app -> server.docker().run("rm", "-f", server.box(app, "web").id()));
      bystander.release("1.1.0", "web=1.1.0");
      server.awaitLive(bystander, "1.1.0");
      apps.values().forEach(GitFaultsIT::saysWhyAndPutsBack);
      proxies.values().forEach(proxy -> proxy.mode = Mode.PASS);
      apps.values().forEach(app -> server.awaitLive(app, "1.1.0"));
    } finally {
      proxies.values().forEach(TcpProxy::close);
    }
  }

  private static void saysWhyAndPutsBack(App app) {
    server.await(
        app, "the reason", v -> v.path("reason").asText().contains("could not look at main"));
    Box box =
        server
            .until(
                Server.SOON,
                "its container again",
                () -> server.boxes(app),
                boxes -> boxes.size() == 1 && boxes.getFirst().runs())
            .getFirst();
    assertThat(box.version()).isEqualTo("1.0.0");
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "6 MB of history over a line of 90 kB a second",
      then = "only the tip is fetched: followed in seconds, also the first time")
  void F25_aLongHistoryOverASlowLineIsNotFetched() throws IOException {
    App app = app();
    byte[] noise = new byte[6_000_000];
    new Random(25).nextBytes(noise);
    app.repo.write("noise", Base64.getEncoder().encodeToString(noise)).push("noise");
    Files.delete(app.repo.file("noise"));
    app.repo.push("no noise");
    try (TcpProxy proxy = new TcpProxy(http())) {
      proxy.mode = Mode.SLOW;
      server.add(over(proxy, app));
      long begun = System.nanoTime();
      server.awaitLive(app, "1.0.0");
      app.release("1.1.0", "web=1.1.0");
      server.awaitLive(app, "1.1.0");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(45));
    }
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "the agent died in a fetch and left lock files in its clone",
      then = "they are removed; the next look follows")
  void F23_theLocksOfADeadAgentHinderNothing() throws IOException {
    App app = app();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    server.agent().kill9();
    Path clone = server.state().resolve("apps/" + app.name + "/git");
    for (String lock : List.of("index.lock", "shallow.lock", "packed-refs.lock", "HEAD.lock")) {
      try (var found = Files.walk(clone)) {
        found
            .filter(path -> path.getFileName().toString().equals("HEAD"))
            .map(path -> path.resolveSibling(lock))
            .forEach(GitFaultsIT::make);
      }
    }
    server.agent().start();
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
  }

  private static void make(Path file) {
    try {
      Files.writeString(file, "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "a container is removed by hand, then comes a commit that changes nothing of the app",
      then = "it is put back once; no deployment, and no loop")
  void F28_whatIsAsItShouldBeIsNotDeployedAgain() {
    App app = app();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    server.docker().run("rm", "-f", server.box(app, "web").id());
    app.repo.write("README", "a word\n").push("a word");
    server.await(app, "the commit", v -> v.at("/source/revision").asText().equals(app.repo.head()));
    server.until(
        Server.SOON,
        "it again",
        () -> server.boxes(app),
        boxes -> boxes.size() == 1 && boxes.getFirst().runs());
    server.awaitLive(app, "1.0.0");
    String id = server.box(app, "web").id();
    pause(Duration.ofSeconds(5));
    assertThat(server.box(app, "web").id()).isEqualTo(id);
    assertThat(server.deployments(app)).hasSize(1);
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "one service changes; a person held the app, and the agent is started anew",
      then = "held means held, also over the restart; then only what changed is touched")
  void F29_onlyWhatChangedIsTouchedAndAHeldAppIsNot() {
    App app = app();
    app.compose("x-holdfast: { watch: 1s }", app.webService("web") + app.webService("worker"));
    app.versions("1.0.0", Map.of("web", "1.0.0", "worker", "1.0.0")).repo.push("two");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    String web = server.box(app, "web").id();
    String worker = server.box(app, "worker").id();
    server.cli().run("hold", app.name, "--reason", "the disk is being changed").orFail();
    server.docker().run("stop", "-t", "0", worker);
    app.release("1.1.0", "web=1.1.0");
    server.agent().kill9();
    server.agent().start();
    server.awaitPhase(app, "Held");
    pause(Duration.ofSeconds(4));
    assertThat(server.boxes(app))
        .extracting(Box::id, Box::state)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(web, "running"),
            org.assertj.core.groups.Tuple.tuple(worker, "exited"));
    server.cli().run("resume", app.name).orFail();
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "worker").id()).isEqualTo(worker);
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "two apps live in two folders of one repository",
      then = "each is deployed from its own folder; a commit in one moves that one alone")
  void F32_twoAppsOfOneRepositoryDoNotMix() {
    App one = app();
    App two = server.app();
    two.web("2.0.0");
    one.repo
        .write("other/compose.yaml", "services:\n" + two.webService("web"))
        .write("other/versions.yaml", "version: \"2\"\nservices:\n  web: \"2.0.0\"\n")
        .push("another folder");
    two.source = "git: { url: \"" + one.repo.url() + "\", ref: main, path: other }";
    server.add(one, two);
    server.awaitLive(one, "1.0.0");
    server.awaitLive(two, "2");
    String id = server.box(two, "web").id();
    one.release("1.1.0", "web=1.1.0");
    server.awaitLive(one, "1.1.0");
    assertThat(server.box(two, "web").id()).isEqualTo(id);
    assertThat(server.box(one, "web").version()).isEqualTo("1.1.0");
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
