package dev.holdfast.docker;

import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.Release;
import dev.holdfast.model.VolumeSpec;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One container to create: a service of a release under a name, with where its relative paths lie
 * on this server.
 *
 * @param name what it is called until it is renamed
 * @param finalName its name once it serves, which its network aliases carry too
 * @param labels ours and docker compose's, complete but for what the spec's own labels add
 * @param carriedVolumes anonymous volumes of the container that it replaces: volume name by target
 * @param hidden on the networks under no name of the service: it may run beside another one that
 *     serves, and nobody who asks for the service reaches it
 * @param oneOff without ports, fixed name, restart policy or healthcheck, and on the networks
 *     without the service's alias
 */
public record ContainerRequest(
    String app,
    Release.Service service,
    String name,
    String finalName,
    SortedMap<String, String> labels,
    SortedMap<String, NetworkSpec> networks,
    SortedMap<String, VolumeSpec> volumes,
    Path projectDirectory,
    Path configDirectory,
    SortedMap<String, String> carriedVolumes,
    boolean oneOff,
    boolean hidden) {
  public ContainerRequest {
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    carriedVolumes = Collections.unmodifiableSortedMap(new TreeMap<>(carriedVolumes));
  }

  /** One that is found as soon as it runs. */
  public ContainerRequest(
      String app,
      Release.Service service,
      String name,
      String finalName,
      SortedMap<String, String> labels,
      SortedMap<String, NetworkSpec> networks,
      SortedMap<String, VolumeSpec> volumes,
      Path projectDirectory,
      Path configDirectory,
      SortedMap<String, String> carriedVolumes,
      boolean oneOff) {
    this(
        app,
        service,
        name,
        finalName,
        labels,
        networks,
        volumes,
        projectDirectory,
        configDirectory,
        carriedVolumes,
        oneOff,
        false);
  }

  public ContainerRequest hidden(boolean isHidden) {
    return new ContainerRequest(
        app,
        service,
        name,
        finalName,
        labels,
        networks,
        volumes,
        projectDirectory,
        configDirectory,
        carriedVolumes,
        oneOff,
        isHidden);
  }
}
