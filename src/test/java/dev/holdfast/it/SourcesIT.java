package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Passwords and keys of git and registries, as agent.yaml gives them to the agent. */
class SourcesIT {
  @RegisterExtension final Server server = new Server();

  private void followed(App app) {
    server.add(app);
    server.awaitLive(app, "1.0.0");
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "the password is wrong for a while",
      then = "the app stays, its reason says what to check; the right one is taken up by itself")
  void gitOverHttpWithAPassword() {
    App app = server.app().ordinary();
    String http = World.get().once("git.sh", "http", "basic", "auto", "basic");
    app.source =
        "git: { url: \"%s\", ref: main, username: deploy, password-file: %s }"
            .formatted(app.repo.url(http), server.secret("git.password", "pw-git"));
    followed(app);
    server.secret("git.password", "pw-wrong");
    JsonNode view = server.awaitPhase(app, "Degraded");
    assertThat(view.path("reason").asText()).doesNotContain("pw-");
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
    server.secret("git.password", "pw-git");
    server.awaitLive(app, "1.1.0");
    assertThat(server.agent().log()).doesNotContain("pw-git", "pw-wrong");
  }

  @Test
  void gitOverSshWithAKey() {
    App app = server.app().ordinary();
    String ssh = World.get().once("git.sh", "ssh", "ssh", "auto");
    Path keys = World.get().scripts().folder().resolve("servers/git-ssh");
    app.source =
        "git: { url: \"%s\", ref: main, ssh-key-file: %s, known-hosts-file: %s }"
            .formatted(app.repo.url(ssh), keys.resolve("key"), keys.resolve("known_hosts"));
    followed(app);
  }

  @Test
  @Staged(
      part = Part.GIT,
      fault = "history is rewritten by force, the old commits are gone",
      then = "the new tip is the truth; what differs is updated")
  void F21_aForcePushIsTheNewTruth() {
    App app = server.app().ordinary();
    String http = World.get().once("git.sh", "http", "basic", "auto", "basic");
    assertThat(http).startsWith("http");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    app.web("1.2.0");
    app.versions("1.2.0", java.util.Map.of("web", "1.2.0")).repo.forcePush("history is rewritten");
    server.awaitLive(app, "1.2.0");
    assertThat(server.look(app).path("source").path("revision").asText())
        .isEqualTo(app.repo.head());
  }

  @Test
  void aRegistryWithTokensForLookUpsAndPullsAlike() {
    registry("token");
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "a password in its file turns wrong, and right again",
      then = "read anew at each attempt: the app stays, then it is updated")
  void aRegistryWithPasswordsForLookUpsAndPullsAlike() {
    registry("basic");
  }

  private void registry(String auth) {
    String address = World.get().once("registry.sh", "start", auth, "auto", auth);
    server.settings.add(
        "registries: { \"%s\": { username: ro, password-file: %s } }"
            .formatted(address, server.secret("registry.password", "pw-ro")));
    App app = server.app();
    app.registry = address;
    app.ordinary();
    push(app, address, "1.0.0");
    push(app, address, "1.1.0");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
    server.secret("registry.password", "pw-nothing");
    app.web("1.2.0");
    push(app, address, "1.2.0");
    app.release("1.2.0", "web=1.2.0");
    JsonNode view = server.awaitPhase(app, "Degraded");
    assertThat(view.path("reason").asText()).contains(address).doesNotContain("pw-nothing");
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
    assertThat(server.agent().log()).doesNotContain("pw-ro", "pw-nothing");
    server.secret("registry.password", "pw-ro");
    server.awaitLive(app, "1.2.0");
  }

  private static void push(App app, String address, String tag) {
    World.get().image("web", address + "/" + app.name + "/web:" + tag, tag);
  }
}
