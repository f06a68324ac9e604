package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.holdfast.it.World;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Labels;
import dev.holdfast.model.PinnedImage;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real engine and registry for tests, and an app name of one's own whose containers, networks and
 * volumes go at the end.
 */
final class EngineWorld implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final String app = "hfit" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
  final EngineClient client = new EngineClient(DockerSettings.at(host()));
  final DockerEngine engine = new DockerEngine(DockerSettings.at(host()));

  EngineWorld() {
    engine.pull(image(), null, progress -> {});
  }

  static String host() {
    return World.get().engine();
  }

  static String registry() {
    return World.get().registry();
  }

  static PinnedImage image() {
    return pinned("base/busybox", "1");
  }

  /** What the registry has under this tag now. */
  static PinnedImage pinned(String repository, String tag) {
    String name = registry() + "/" + repository;
    try {
      HttpURLConnection head =
          (HttpURLConnection)
              URI.create("http://" + registry() + "/v2/" + repository + "/manifests/" + tag)
                  .toURL()
                  .openConnection();
      head.setRequestMethod("HEAD");
      head.setRequestProperty(
          "Accept",
          "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json");
      return PinnedImage.of(
          ImageReference.parse(name + ":" + tag),
          new Digest(head.getHeaderField("Docker-Content-Digest")));
    } catch (IOException e) {
      throw new AssertionError("no " + name + ":" + tag, e);
    }
  }

  /** The body with which one is put on a network, or taken off it. */
  static JsonNode container(String id) {
    return JsonNodeFactory.instance.objectNode().put("Container", id);
  }

  @Override
  public void close() {
    String mine = Paths.filters("label", Labels.COMPOSE_PROJECT + "=" + app);
    client
        .list("list", "/containers/json?all=true&" + mine)
        .forEach(one -> delete(Paths.container(one.path("Id").asText()) + "?force=true&v=true"));
    client
        .list("list", "/networks?" + mine)
        .forEach(one -> delete(Paths.network(one.path("Id").asText())));
    client
        .get("list", "/volumes?" + mine)
        .path("Volumes")
        .forEach(one -> delete(Paths.volume(one.path("Name").asText())));
    engine.close();
    client.close();
  }

  private void delete(String path) {
    client.command("clean up", Command.delete(path));
  }
}
