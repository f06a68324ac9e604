package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.it.RegistryProxy.Fault;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A real registry behind a proxy that answers wrongly, to the agent or to the engine: what runs is
 * left alone until the registry says again what can be believed.
 */
class RegistryFaultsIT {
  @RegisterExtension static final Server server = new Server();
  private static final Duration A_WHILE = Duration.ofSeconds(6);
  private RegistryProxy proxy;
  private App app;
  private Box before;

  @BeforeEach
  void live() {
    proxy = new RegistryProxy(World.get().registry());
    app = server.app();
    app.registry = proxy.address();
    app.ordinary();
    app.compose("x-holdfast: { watch: 1s }", app.webService("web"));
    app.repo.push("quick");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    before = server.box(app, "web");
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private void stays() {
    assertThat(server.box(app, "web"))
        .extracting(Box::id, Box::startedAt)
        .containsExactly(before.id(), before.startedAt());
  }

  private void updates(String version) {
    app.web(version).release(version, "web=" + version);
    server.awaitLive(app, version);
    assertThat(server.box(app, "web").version()).isEqualTo(version);
  }

  private String digest(String tag) {
    World.get().docker().run("pull", "-q", World.get().registry() + "/" + app.name + "/web:" + tag);
    String reference =
        World.get()
            .docker()
            .run(
                "inspect",
                "-f",
                "{{index .RepoDigests 0}}",
                World.get().registry() + "/" + app.name + "/web:" + tag);
    World.get().docker().run("rmi", World.get().registry() + "/" + app.name + "/web:" + tag);
    return reference.substring(reference.indexOf('@') + 1);
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "a tag names an index of two platforms, so that it has two digests",
      then =
          "the index counts, to the agent as to the engine: deployed once, and not again and again")
  void F01_anIndexIsDeployedOnce() throws IOException, InterruptedException {
    app.web("1.1.0");
    String manifest = Indexes.push(World.get().registry(), app.name + "/web", "1.1.0", "both");
    app.release("1.1.0", "web=both");
    server.awaitLive(app, "1.1.0");
    before = server.box(app, "web");
    assertThat(before.all().at("/Config/Image").asText()).doesNotContain(manifest);
    pause(A_WHILE);
    stays();
    assertThat(server.ofVersion(app, "1.1.0")).hasSize(1);
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "it sends no `Docker-Content-Digest`",
      then = "the manifest itself is hashed; the app is updated")
  void F02_aRegistryThatNamesNoDigestIsFollowedAllTheSame() {
    proxy.fail("/manifests/", new Fault.Without("docker-content-digest"));
    updates("1.1.0");
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "HEAD fails with 500 while GET and pulls work",
      then = "nothing dearer is asked instead, ever more seldom; the app stays; it heals by itself")
  void F03_aFailedQuestionIsNotFollowedByADearerOne() {
    proxy.fail("HEAD", "/manifests/", new Fault.Status(500));
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.await(app, "the reason", v -> v.path("reason").asText().contains("500"));
    long dear = proxy.count("GET", "/(manifests|blobs)/");
    pause(A_WHILE);
    assertThat(proxy.count("GET", "/(manifests|blobs)/")).isEqualTo(dear);
    assertThat(proxy.count("HEAD", "/manifests/1.1.0")).as("questions in " + A_WHILE).isLessThan(6);
    stays();
    proxy.heal();
    server.awaitLive(app, "1.1.0");
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "429 without a `Retry-After`",
      then = "asked again after 30 s and later; the app stays and the reason names it")
  void F04_aRegistryThatHasHadEnoughIsLeftAlone() {
    proxy.fail("/manifests/", new Fault.Status(429));
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.await(app, "the reason", v -> v.path("reason").asText().contains("429"));
    long asked = proxy.count("(HEAD|GET)", "/manifests/");
    pause(A_WHILE);
    assertThat(proxy.count("(HEAD|GET)", "/manifests/")).isEqualTo(asked);
    stays();
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "a tag points to its new digest and to the one before by turns",
      then = "the move forward is followed; the way back is reported and waited for")
  void F06_aTagThatFlapsIsNotFollowedBack() {
    app.web("1.1.0");
    app.web("moving", "MOVING=1");
    app.release("moving", "web=moving");
    server.awaitLive(app, "moving");
    String path = "/v2/" + app.name + "/web/manifests/";
    proxy.fail("/manifests/moving$", new Fault.Instead(path + "1.1.0"));
    server.until(
        Server.SOON,
        "the move",
        () -> server.boxes(app),
        b -> b.size() == 1 && b.getFirst().version().equals("1.1.0"));
    server.await(app, "it", v -> v.path("phase").asText().equals("Synced"));
    before = server.box(app, "web");
    int deployments = server.deployments(app).size();
    proxy.heal();
    server.await(app, "the report", v -> v.toString().contains("points again to"));
    pause(A_WHILE);
    stays();
    assertThat(server.deployments(app)).hasSize(deployments);
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "what answers the engine (a stale mirror) has another manifest than was asked for",
      then = "the pull fails by its digest; nothing is deployed, the app stays")
  void F07_aStaleMirrorDeploysNothing() {
    app.web("1.1.0");
    proxy.fail(
        "GET", "/manifests/sha256:", new Fault.Instead("/v2/" + app.name + "/web/manifests/1.0.0"));
    app.release("1.1.0", "web=1.1.0");
    JsonNode record = server.awaitOutcome(app, "1.1.0", "failed");
    assertThat(record.at("/failure/step").asText()).isEqualTo("pull");
    stays();
    proxy.heal();
    server.cli().run("retry", app.name).orFail();
    server.awaitLive(app, "1.1.0");
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "the tag moves between the look and the pull, to an image that is broken",
      then =
          "the digest that was looked up is deployed and confirmed; the new one is a release of its"
              + " own, and comes back to it")
  void F08_aTagThatMovesInMidDeploymentChangesNothingOfIt() {
    app.web("1.1.0");
    String good = digest("1.1.0");
    String reference = World.get().registry() + "/" + app.name + "/web:1.1.0";
    proxy.fail(
        "GET",
        "/manifests/" + good,
        Fault.Once.of(
            () -> {
              // Seen before the update began, the newer one would supersede it.
              proxy.fail("HEAD", "/manifests/1.1.0$", new Fault.Status(503));
              World.get().image("web", reference, "evil", "HEALTH=fail");
            }));
    app.release("1.1.0", "web=1.1.0");
    server.awaitOutcome(app, "1.1.0", "succeeded");
    proxy.heal();
    server.awaitOutcome(app, "1.1.0", "rolled-back");
    assertThat(server.ofVersion(app, "1.1.0"))
        .extracting(r -> r.path("status").asText())
        .containsExactly("rolled-back", "succeeded");
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "a person pulled the new image, the container is still of the old one",
      then = "what runs counts, not what lies on the disk: it is updated")
  void F09_anImageThatIsThereAlreadyIsDeployedAllTheSame() {
    app.web("1.1.0");
    server.docker().run("pull", "-q", app.image("web") + ":1.1.0");
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    assertThat(server.box(app, "web").version()).isEqualTo("1.1.0");
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "a service's image was built on the server and is in no registry",
      then = "said in the app's reason, the app stays, other apps go on")
  void F10_anImageOfNoRegistryHoldsUpItsOwnAppAlone() {
    App other = server.app().ordinary();
    server.add(other);
    String local = proxy.address() + "/" + app.name + "/local:1";
    server.docker().run("tag", World.get().registry() + "/base/busybox:1", local);
    app.compose(
        "x-holdfast: { watch: 1s }",
        app.webService("web")
            + "  local: { image: \""
            + local
            + "\", command: [sleep, \"99\"] }\n");
    app.release("1.1.0", "web=1.0.0");
    server.await(app, "the reason", v -> v.path("reason").asText().contains("/local"));
    server.awaitLive(other, "1.0.0");
    stays();
    server.docker().run("rmi", local);
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "403 with a page for people instead of JSON",
      then = "taken for refused credentials, and said so; the app stays; changed ones end the wait")
  void F127_aPageInsteadOfAnAnswerIsARefusal() {
    proxy.fail("/manifests/", new Fault.Page());
    app.web("1.1.0").release("1.1.0", "web=1.1.0");
    server.await(
        app,
        "the reason",
        v ->
            v.path("reason").asText().contains("refused")
                && v.path("reason").asText().contains(proxy.address()));
    stays();
    proxy.heal();
    server.settings.add(
        "registries: { \"%s\": { username: ci, password-file: %s } }"
            .formatted(proxy.address(), server.secret("registry.password", "pw-ci")));
    server.configure();
    server.awaitLive(app, "1.1.0");
    server.settings.clear();
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "it is away (nobody listens)",
      then = "the app stays, a container that was removed meanwhile is put back from the disk")
  void aRegistryThatIsAwayHindersNothingThatNeedsNoPull() {
    proxy.close();
    server.docker().run("rm", "-f", before.id());
    Box again =
        server
            .until(
                Server.SOON,
                "it again",
                () -> server.boxes(app),
                boxes -> boxes.size() == 1 && boxes.getFirst().runs())
            .getFirst();
    assertThat(again.version()).isEqualTo("1.0.0");
    assertThat(Map.of(again.service(), again.state())).containsEntry("web", "running");
  }
}
