package dev.holdfast.compose;

import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.VolumeSpec;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One service: where each of its keys becomes a field of the container. */
final class ServiceReader {
  private static final Pattern CONTAINER_NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}");
  private static final Pattern HOSTNAME =
      Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,61}[a-zA-Z0-9])?");
  private static final Pattern PULLS =
      Pattern.compile(
          "always|never|missing|if_not_present|build|refresh|daily|weekly|every_([0-9]+[wdhms])+");

  private final Project project;
  private final SortedMap<String, NetworkSpec> networks;
  private final SortedMap<String, VolumeSpec> volumes;
  private final Siblings siblings;

  ServiceReader(
      Project project,
      SortedMap<String, NetworkSpec> networks,
      SortedMap<String, VolumeSpec> volumes,
      Siblings siblings) {
    this.siblings = siblings;
    this.project = project;
    this.networks = networks;
    this.volumes = volumes;
  }

  ServiceSpec read(String name, Fields service, SortedMap<String, Dependency> dependsOn) {
    Keys.SERVICE.check(service);
    checkPull(service);
    return new ServiceSpec(
        name,
        container(service),
        dependsOn,
        ProbeReader.read(service, project.permissions()),
        UpdatingReader.read(service, project.permissions()));
  }

  private ContainerSpec container(Fields service) {
    LimitsReader limitsReader = new LimitsReader(service, project);
    ProcessReader process = new ProcessReader(service);
    NetworksReader network = new NetworksReader(service, project, networks, siblings);
    String networkMode = network.mode();
    Limits limits = limitsReader.limits();
    return new ContainerSpec(
        process.process(),
        new EnvironmentReader(project).read(service),
        labels(service),
        matching(service, "container_name", CONTAINER_NAME),
        hostname(service),
        PortsReader.read(service),
        PortsReader.exposed(service),
        new MountsReader(service, project, volumes.keySet()).read(),
        network.read(),
        networkMode,
        process.restart(),
        process.healthcheck(),
        process.lifecycle(),
        limits,
        limitsReader.logging(),
        ExtraHosts.read(service),
        new OptionsReader(service, project, siblings).read(networkMode, limits));
  }

  /** Those of {@code label_file} first, as compose has it: the service's own win. */
  private SortedMap<String, String> labels(Fields service) {
    SortedMap<String, String> labels =
        new TreeMap<>(new EnvironmentReader(project).files(service, "label_file", Map.of()));
    LabelsReader.check(service, "label_file", labels.keySet());
    labels.putAll(LabelsReader.read(service, "labels"));
    return labels;
  }

  private static @Nullable String hostname(Fields service) {
    String hostname = matching(service, "hostname", HOSTNAME);
    if (hostname != null && "host".equals(service.text("uts"))) {
      service.error("hostname", "cannot be set with uts: host; remove one of the two");
    }
    return hostname;
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
   * Images are pinned by digest and pulled before anything is touched where the engine does not
   * hold them, so that no policy changes what runs; only of {@code never} that is not what it says.
   */
  private static void checkPull(Fields service) {
    String policy = service.text("pull_policy");
    if (policy != null && !PULLS.matcher(policy).matches()) {
      service.error(
          "pull_policy",
          "must be always, missing, never, build, daily, weekly or every_ with a duration");
    } else if ("never".equals(policy)) {
      service
          .problems()
          .notice(
              "pull_policy",
              service.at("pull_policy"),
              service.path("pull_policy")
                  + " never is not kept to: what the release is pinned to is pulled where this engine does not hold it");
    }
  }
}
