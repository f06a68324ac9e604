package dev.holdfast.docker;

import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.EngineOptions;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys that an older engine would drop without a word. Each names the first version of the API that
 * honours it.
 */
final class EngineNeeds {
  private final ApiVersion version;
  private final List<String> lacks = new ArrayList<>();

  private EngineNeeds(ApiVersion version) {
    this.version = version;
  }

  /** What of the release this engine cannot do, and what it leaves out though the rest works. */
  static Engine.Gaps of(Release release, ApiVersion version) {
    List<String> refusals = new ArrayList<>();
    List<String> notices = new ArrayList<>();
    release
        .services()
        .forEach(
            (name, service) -> {
              ContainerSpec spec = service.spec().container();
              of(spec, version).forEach(lack -> refusals.add("services." + name + ": " + lack));
              boolean early =
                  spec.healthcheck() != null && spec.healthcheck().startInterval() != null;
              if (early && !version.has(ApiVersion.WITH_START_INTERVAL)) {
                notices.add(
                    "services."
                        + name
                        + ".healthcheck.start_interval has no effect: it needs Docker Engine 25, and"
                        + " this one speaks API "
                        + version
                        + "; health is asked at 'interval' from the beginning");
              }
            });
    release
        .networks()
        .forEach(
            (key, network) ->
                of(network, version)
                    .forEach(lack -> refusals.add("networks." + key + ": " + lack)));
    return new Engine.Gaps(refusals, notices);
  }

  /** What of the service this engine cannot do, in words; nothing where it can do all. */
  static List<String> of(ContainerSpec spec, ApiVersion version) {
    EngineNeeds needs = new EngineNeeds(version);
    needs.service(spec);
    return needs.lacks;
  }

  static List<String> of(NetworkSpec network, ApiVersion version) {
    EngineNeeds needs = new EngineNeeds(version);
    if (!network.external() && network.withoutIpv4()) {
      needs.need("enable_ipv4: false", ApiVersion.WITH_GATEWAY_PRIORITY);
    }
    return needs.lacks;
  }

  private void service(ContainerSpec spec) {
    EngineOptions options = spec.optionsOrNone();
    if (!options.annotations().isEmpty()) {
      need("annotations", ApiVersion.WITH_ANNOTATIONS);
    }
    for (NetworkAttachment attachment : spec.networks()) {
      boolean further = !spec.networks().getFirst().equals(attachment);
      if (further && attachment.macAddress() != null) {
        need("mac_address on a second network", ApiVersion.WITH_MAC_OF_NETWORK);
      }
      if (attachment.endpoint() != null) {
        endpoint(attachment.endpoint());
      }
    }
    for (MountSpec mount : spec.mounts()) {
      if (mount instanceof MountSpec.Named named && named.subpath() != null) {
        need("a volume's subpath", ApiVersion.WITH_SUBPATH);
      }
    }
  }

  private void endpoint(NetworkAttachment.Endpoint endpoint) {
    if (endpoint.gatewayPriority() != null) {
      need("gw_priority", ApiVersion.WITH_GATEWAY_PRIORITY);
    }
    if (endpoint.interfaceName() != null) {
      need("interface_name", ApiVersion.WITH_INTERFACE_NAME);
    }
  }

  private void need(String key, ApiVersion since) {
    if (!version.has(since)) {
      lacks.add(
          key
              + " needs API "
              + since
              + " (Docker Engine "
              + since.engine()
              + "), this engine speaks "
              + version
              + "; remove it, or upgrade the engine");
    }
  }
}
