package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
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

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault =
          "logins last minutes: config.json is exchanged by a rename; then a credential helper"
              + " fails, hangs, and is well again",
      then =
          "each attempt reads them anew; meanwhile the app stays and says whose login it is, and no"
              + " secret stands anywhere")
  void F127_shortLivedLoginsAreReadAtEachAttempt() throws IOException {
    String address = World.get().once("registry.sh", "start", "rotating", "auto", "basic");
    Path folder = Files.createDirectories(server.folder().resolve("docker"));
    server.agent().environment.put("DOCKER_CONFIG", folder.toString());
    server.agent().environment.put("PATH", folder + ":" + System.getenv("PATH"));
    login(folder, auths(address, "pw-ro"));
    App app = server.app();
    app.registry = address;
    app.ordinary();
    for (String tag : new String[] {"1.0.0", "1.1.0", "1.2.0", "1.3.0"}) {
      push(app, address, tag);
    }
    server.add(app);
    server.awaitLive(app, "1.0.0");

    login(folder, auths(address, "pw-stale"));
    app.release("1.1.0", "web=1.1.0");
    assertRefused(app, address);
    login(folder, auths(address, "pw-ro"));
    server.awaitLive(app, "1.1.0");

    login(folder, "{\"credHelpers\":{\"" + address + "\":\"world\"}}");
    helper(folder, "echo 'secret-of-the-helper: expired' >&2; exit 1");
    app.release("1.2.0", "web=1.2.0");
    assertRefused(app, "docker-credential-world");
    helper(folder, "echo '{\"Username\":\"ro\",\"Secret\":\"pw-ro\"}'");
    server.awaitLive(app, "1.2.0");

    helper(folder, "exec sleep 3600");
    app.release("1.3.0", "web=1.3.0");
    assertRefused(app, "docker-credential-world");
    helper(folder, "echo a notice >&2; echo '{\"Username\":\"ro\",\"Secret\":\"pw-ro\"}'");
    server.awaitLive(app, "1.3.0");
    assertThat(server.agent().log()).doesNotContain("pw-ro", "pw-stale", "secret-of-the-helper");
  }

  private void assertRefused(App app, String named) {
    String before = server.box(app, "web").id();
    JsonNode view = server.awaitPhase(app, "Degraded");
    assertThat(view.path("reason").asText())
        .contains(named)
        .doesNotContain("pw-stale")
        .doesNotContain("secret-of-the-helper");
    assertThat(server.box(app, "web").id()).isEqualTo(before);
  }

  private static String auths(String address, String password) {
    String auth =
        Base64.getEncoder().encodeToString(("ro:" + password).getBytes(StandardCharsets.UTF_8));
    return "{\"auths\":{\"" + address + "\":{\"auth\":\"" + auth + "\"}}}";
  }

  /** By a rename, as tools that renew a login do: another inode each time. */
  private static void login(Path folder, String json) throws IOException {
    Path fresh = Files.writeString(folder.resolve("config.json.new"), json);
    Files.move(fresh, folder.resolve("config.json"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static void helper(Path folder, String script) throws IOException {
    Path fresh = Files.writeString(folder.resolve("helper.new"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path place = folder.resolve("docker-credential-world");
    Files.move(fresh, place, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void push(App app, String address, String tag) {
    World.get().image("web", address + "/" + app.name + "/web:" + tag, tag);
  }
}
