package dev.holdfast.docker;

import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.Release;
import dev.holdfast.model.Sharing;
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
 * @param configDirectory of tracked files; {@code secretDirectory}: of secrets, in memory
 * @param labels ours and docker compose's, complete but for what the spec's own labels add
 * @param carriedVolumes anonymous volumes of the container that it replaces: volume name by target
 * @param hidden on the networks under no name of the service: it may run beside another one that
 *     serves, and nobody who asks for the service reaches it
 * @param oneOff without ports, fixed name, restart policy or healthcheck, and on the networks
 *     without the service's alias
 * @param serving the names of the app's containers by service, for those whose namespace or volumes
 *     are shared
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
    Path secretDirectory,
    SortedMap<String, String> carriedVolumes,
    boolean oneOff,
    SortedMap<String, String> serving,
    boolean hidden) {
  public ContainerRequest {
    serving = Collections.unmodifiableSortedMap(new TreeMap<>(serving));
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
      Path secretDirectory,
      SortedMap<String, String> carriedVolumes,
      boolean oneOff,
      SortedMap<String, String> serving) {
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
        secretDirectory,
        carriedVolumes,
        oneOff,
        serving,
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
        secretDirectory,
        carriedVolumes,
        oneOff,
        serving,
        isHidden);
  }

  /** The container that {@code service:db} or {@code container:name} means. */
  String container(String of) {
    String service = Sharing.serviceOf(of);
    String name = service == null ? Sharing.containerOf(of) : serving.get(service);
    if (name == null) {
      throw new IllegalArgumentException("no container known for " + of);
    }
    return name;
  }
}
