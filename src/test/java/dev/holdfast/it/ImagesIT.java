package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which images go and which stay, over updates of a real agent. */
class ImagesIT {
  @RegisterExtension static final Server server = new Server();

  /** With the least that can be kept. */
  private static App keepingOne() {
    App app = server.app().ordinary();
    app.settings.add("keep: { releases: 1 }");
    return app;
  }

  private static void update(App app, String version) {
    app.web(version).release(version, "web=" + version);
    server.awaitLive(app, version);
  }

  /** The ids of the images of an app's repositories, dangling ones too. */
  private static List<String> images(App app) {
    return server
        .docker()
        .run("images", "-q", "--no-trunc", "--filter", "reference=" + app.image("*"))
        .lines()
        .distinct()
        .toList();
  }

  private static String id(String reference) {
    return server.docker().run("image", "inspect", "-f", "{{.Id}}", reference);
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault = "release after release comes, each with an image of its own",
      then = "the images on the disk stay as many: the present one's and those of `keep.releases`")
  void F104_imagesDoNotPileUp() {
    App app = keepingOne();
    server.add(app);
    server.awaitLive(app, "1.0.0");
    update(app, "1.1.0");
    update(app, "1.2.0");
    int some = images(app).size();
    for (int i = 3; i < 9; i++) {
      update(app, "1." + i + ".0");
    }
    assertThat(images(app)).hasSize(some).hasSizeLessThanOrEqualTo(2);
    assertThat(images(app)).contains(server.box(app, "web").all().path("Image").asText());
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault =
          "beside an app's old images lie ones that a person pulled or built, ones of stopped"
              + " containers of others, and one that another app and a held one still need",
      then = "only what the agent pulled and nothing needs goes; never a volume")
  void F105_F106_nothingIsRemovedThatSomebodyNeedsAndWhatIsInUseStopsNothing() {
    App app = keepingOne();
    App sharing = server.app();
    sharing.compose(
        "x-holdfast: { watch: 1s }",
        sharing.webService("web").replace(sharing.image("web"), app.image("web")));
    sharing.versions("1.0.0", Map.of("web", "1.0.0")).repo.push("of the same image");
    App held = keepingOne();
    server.add(app, sharing, held);
    for (App each : List.of(app, sharing, held)) {
      server.awaitLive(each, "1.0.0");
    }
    server.cli().run("hold", held.name, "--reason", "a fair").orFail();
    String shared = server.box(sharing, "web").all().path("Image").asText();
    String heldImage = server.box(held, "web").all().path("Image").asText();

    // A person's: pulled by hand, from the app's own repository.
    app.web("0.9.0");
    String byHand = app.image("web") + ":0.9.0";
    server.docker().run("pull", "-q", byHand);
    String pulled = id(byHand);
    server.docker().run("volume", "create", app.name + "_orphan");

    update(app, "1.1.0");
    String inUse = server.box(app, "web").all().path("Image").asText();
    String stopped =
        server.docker().run("create", "--name", app.name + "-of-a-person", inUse, "true");
    update(app, "1.2.0");
    update(app, "1.3.0");
    update(app, "1.4.0");

    assertThat(id(shared)).as("another app runs it").isEqualTo(shared);
    assertThat(id(heldImage)).as("a held app runs it").isEqualTo(heldImage);
    assertThat(id(byHand)).as("a person pulled it").isEqualTo(pulled);
    assertThat(id(inUse)).as("a stopped container of a person is made of it").isEqualTo(inUse);
    assertThat(server.docker().run("volume", "ls", "-q")).contains(app.name + "_orphan");
    assertThat(server.deployments(app))
        .as("what could not be removed failed nothing")
        .allMatch(record -> record.path("status").asText().equals("succeeded"));
    assertThat(images(app))
        .as("1.0.0, shared; 0.9.0, pulled; 1.1.0, in use; the present one and the one before")
        .hasSizeLessThanOrEqualTo(5);

    server.docker().run("rm", stopped);
    update(app, "1.5.0");
    assertThat(server.docker().tried("image", "inspect", inUse).code())
        .as("nobody needs it any more")
        .isNotZero();
    server.docker().run("volume", "rm", app.name + "_orphan");
    server.cli().run("resume", held.name).orFail();
  }
}
