package dev.holdfast.compose;

import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.EngineOptions;
import dev.holdfast.model.EngineOptions.Namespaces;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a service asks of the engine beyond the ordinary; each part has its own reader. */
final class OptionsReader {
  private static final Pattern PLATFORM =
      Pattern.compile("linux(/[a-z0-9_]{1,20}(/[a-z0-9]{1,10})?)?");

  private final Fields service;
  private final Project project;
  private final Siblings siblings;

  OptionsReader(Fields service, Project project, Siblings siblings) {
    this.service = service;
    this.project = project;
    this.siblings = siblings;
  }

  @Nullable EngineOptions read(@Nullable String networkMode, Limits limits) {
    Namespaces namespaces = new NamespacesReader(service, project, siblings).read();
    Sysctls sysctls = new Sysctls(service, networkMode, namespaces);
    return new EngineOptions(
            new AccessReader(service, project).read(),
            namespaces,
            new DevicesReader(service, project).read(),
            new SharesReader(service, limits, sysctls).read(),
            new NamingReader(service, siblings).read(),
            new VolumesFromReader(service, project, siblings).read(),
            annotations(),
            platform())
        .orNull();
  }

  /** To some runtimes they are orders: {@code org.systemd.property.…}, {@code run.oci.…}. */
  private SortedMap<String, String> annotations() {
    SortedMap<String, String> annotations = service.textMap("annotations");
    if (!annotations.isEmpty()) {
      new Grants(project, service)
          .need("security-opt", "annotations", "gives orders to the container's runtime");
    }
    return annotations;
  }

  private @Nullable String platform() {
    String platform = service.text("platform");
    if (platform != null && !PLATFORM.matcher(platform).matches()) {
      service.error("platform", "must be linux/architecture, such as linux/amd64");
    }
    return platform;
  }
}
