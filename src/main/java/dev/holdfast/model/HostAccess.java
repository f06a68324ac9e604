package dev.holdfast.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a container may do to the server that others may not, and what it may not do that others
 * may.
 *
 * @param securityOptions as the engine takes them; a seccomp profile with its content
 * @param runtime the engine's name of the program that runs it; null for the engine's default
 */
public record HostAccess(
    boolean privileged,
    @Nullable List<String> capabilitiesAdded,
    @Nullable List<String> capabilitiesDropped,
    @Nullable List<String> securityOptions,
    @Nullable List<String> groups,
    @Nullable String cgroupParent,
    @Nullable String runtime) {
  public static final HostAccess NONE = new HostAccess(false, null, null, null, null, null, null);

  public HostAccess {
    capabilitiesAdded = EngineOptions.orNull(capabilitiesAdded);
    capabilitiesDropped = EngineOptions.orNull(capabilitiesDropped);
    securityOptions = EngineOptions.orNull(securityOptions);
    groups = EngineOptions.orNull(groups);
  }
}
