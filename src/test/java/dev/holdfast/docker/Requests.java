package dev.holdfast.docker;

import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.ContainerSpec.Lifecycle;
import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.ContainerSpec.Logging;
import dev.holdfast.model.ContainerSpec.Process;
import dev.holdfast.model.EngineOptions;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.Labels;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.PortMapping;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.VolumeSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A request for a container, plain until a test says otherwise. */
final class Requests {
  private final String app;
  private final PinnedImage image;
  private final SortedMap<String, NetworkSpec> networks = new TreeMap<>();
  private final SortedMap<String, VolumeSpec> volumes = new TreeMap<>();
  String service = "api";
  String name;
  Process process = Process.OF_IMAGE;
  Environment environment = Environment.EMPTY;
  Map<String, String> labels = Map.of();
  String hostname;
  List<PortMapping> ports = List.of();
  List<String> expose = List.of();
  List<MountSpec> mounts = List.of();
  List<NetworkAttachment> attachments = List.of();
  String networkMode;
  RestartPolicy restart = RestartPolicy.NO;
  Healthcheck healthcheck;
  Lifecycle lifecycle = Lifecycle.DEFAULT;
  Limits limits = Limits.NONE;
  List<String> extraHosts;
  EngineOptions options;
  Logging logging;
  Map<String, String> carried = Map.of();
  Path projectDirectory = Path.of("/srv/shop");
  Path configDirectory = Path.of("/var/lib/holdfast/apps/shop/config");
  boolean oneOff;
  final SortedMap<String, String> further = new TreeMap<>();

  Requests(String app, PinnedImage image) {
    this.app = app;
    this.image = image;
    this.name = app + "-api-1";
  }

  static Process running(String... command) {
    return new Process(null, List.of(command), null, null, false, false, null, false);
  }

  static Process process(List<String> entrypoint, List<String> command) {
    return new Process(entrypoint, command, null, null, false, false, null, false);
  }

  static VolumeSpec volume(String key, String name) {
    return new VolumeSpec(key, name, false, null, new TreeMap<>(), new TreeMap<>());
  }

  Requests network(NetworkSpec network) {
    networks.put(network.key(), network);
    return this;
  }

  Requests volume(VolumeSpec volume) {
    volumes.put(volume.key(), volume);
    return this;
  }

  ContainerRequest build() {
    ContainerSpec spec =
        new ContainerSpec(
            process,
            environment,
            new TreeMap<>(labels),
            null,
            hostname,
            ports,
            expose,
            mounts,
            attachments,
            networkMode,
            restart,
            healthcheck,
            lifecycle,
            limits,
            logging,
            extraHosts,
            options);
    SortedMap<String, String> ours = new TreeMap<>();
    ours.put(Labels.COMPOSE_PROJECT, app);
    ours.put(Labels.COMPOSE_SERVICE, service);
    ours.put(Labels.COMPOSE_NUMBER, "1");
    ours.put(Labels.COMPOSE_ONEOFF, oneOff ? "True" : "False");
    ours.put(Labels.COMPOSE_CONFIG_HASH, "0");
    ours.put(Labels.APP, app);
    ours.putAll(further);
    return new ContainerRequest(
        app,
        new Release.Service(new ServiceSpec(service, spec, new TreeMap<>(), null), image),
        name,
        app + "-" + service + "-1",
        ours,
        networks,
        volumes,
        projectDirectory,
        configDirectory,
        Path.of("/run/holdfast/secrets"),
        new TreeMap<>(carried),
        false,
        oneOff,
        new TreeMap<>());
  }
}
