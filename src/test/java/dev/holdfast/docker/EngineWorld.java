package dev.holdfast.docker;

import com.github.dockerjava.api.model.Container;
import dev.holdfast.it.World;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Labels;
import dev.holdfast.model.PinnedImage;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.Map;
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

  @Override
  public void close() {
    var mine = Map.of(Labels.COMPOSE_PROJECT, app);
    for (Container container :
        client.look(
            "list",
            docker -> docker.listContainersCmd().withShowAll(true).withLabelFilter(mine).exec())) {
      client.change(
          "clean up",
          docker ->
              docker
                  .removeContainerCmd(container.getId())
                  .withForce(true)
                  .withRemoveVolumes(true)
                  .exec());
    }
    var label = java.util.List.of(Labels.COMPOSE_PROJECT + "=" + app);
    client
        .look("list", docker -> docker.listNetworksCmd().withFilter("label", label).exec())
        .forEach(
            network ->
                client.change(
                    "clean up", docker -> docker.removeNetworkCmd(network.getId()).exec()));
    client
        .look("list", docker -> docker.listVolumesCmd().withFilter("label", label).exec())
        .getVolumes()
        .forEach(
            volume ->
                client.change(
                    "clean up", docker -> docker.removeVolumeCmd(volume.getName()).exec()));
    engine.close();
    client.close();
  }
}
