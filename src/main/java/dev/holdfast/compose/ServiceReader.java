package dev.holdfast.compose;

import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.VolumeSpec;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One service: where each of its keys becomes a field of the container. */
final class ServiceReader {
  private static final Pattern CONTAINER_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}");
  private static final Pattern HOSTNAME =
      Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?");
  private static final Set<String> PULLS =
      Set.of("always", "missing", "if_not_present", "build", "daily", "weekly");

  private final Project project;
  private final SortedMap<String, NetworkSpec> networks;
  private final SortedMap<String, VolumeSpec> volumes;

  ServiceReader(
      Project project,
      SortedMap<String, NetworkSpec> networks,
      SortedMap<String, VolumeSpec> volumes) {
    this.project = project;
    this.networks = networks;
    this.volumes = volumes;
  }

  ServiceSpec read(String name, Fields service, SortedMap<String, Dependency> dependsOn) {
    Keys.SERVICE.check(service);
    checkPull(service);
    return new ServiceSpec(
        name, container(service), dependsOn, ProbeReader.read(service, project.permissions()));
  }

  private ContainerSpec container(Fields service) {
    ProcessReader process = new ProcessReader(service);
    NetworksReader network = new NetworksReader(service, project, networks.keySet());
    LimitsReader limits = new LimitsReader(service);
    limits.checkReplicas();
    return new ContainerSpec(
        process.process(),
        new EnvironmentReader(project).read(service),
        LabelsReader.read(service, "labels"),
        matching(service, "container_name", CONTAINER_NAME),
        matching(service, "hostname", HOSTNAME),
        PortsReader.read(service),
        PortsReader.exposed(service),
        new MountsReader(service, project, volumes.keySet()).read(),
        network.read(),
        network.mode(),
        process.restart(),
        process.healthcheck(),
        process.lifecycle(),
        limits.limits(),
        limits.logging(),
        ExtraHosts.read(service));
  }

  private static @Nullable String matching(Fields service, String key, Pattern pattern) {
    String text = service.text(key);
    if (text != null && !pattern.matcher(text).matches()) {
      service.error(
          key,
          "is not a valid name; start with a letter or digit and use letters, digits, '.', '_' and '-'");
      return null;
    }
    return text;
  }

  /**
   * Images are pulled by digest before anything is touched, so that most policies make no
   * difference.
   */
  private static void checkPull(Fields service) {
    String policy = service.text("pull_policy");
    if (policy != null && !PULLS.contains(policy) && !policy.startsWith("every_")) {
      service.error(
          "pull_policy",
          "is not supported yet with this value: remove it; images are pulled by digest when a release needs them");
    }
  }
}
