package dev.holdfast.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one container of a service is made from, resolved: nothing here needs a variable, a file or
 * the image any more. Everything that changes what runs is part of it, so that its hash says
 * whether a container is up to date.
 *
 * @param containerName the fixed name, or null for {@code <project>-<service>-<n>}
 * @param networks in the order of priority; empty with a {@code networkMode}
 * @param networkMode host, none, service:db …; null where the container is on networks
 * @param extraHosts {@code name:address} for its hosts file; null for none, so that releases
 *     without keep their ids
 * @param options null for nothing beyond the ordinary
 */
public record ContainerSpec(
    Process process,
    Environment environment,
    SortedMap<String, String> labels,
    @Nullable String containerName,
    @Nullable String hostname,
    List<PortMapping> ports,
    List<String> expose,
    List<MountSpec> mounts,
    List<NetworkAttachment> networks,
    @Nullable String networkMode,
    RestartPolicy restart,
    @Nullable Healthcheck healthcheck,
    Lifecycle lifecycle,
    Limits limits,
    @Nullable Logging logging,
    @Nullable List<String> extraHosts,
    @Nullable EngineOptions options) {
  public ContainerSpec {
    extraHosts = extraHosts == null ? null : List.copyOf(extraHosts);
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    ports = List.copyOf(ports);
    expose = List.copyOf(expose);
    mounts = List.copyOf(mounts);
    networks = List.copyOf(networks);
  }

  public ContainerSpec withMounts(List<MountSpec> others) {
    return new ContainerSpec(
        process,
        environment,
        labels,
        containerName,
        hostname,
        ports,
        expose,
        others,
        networks,
        networkMode,
        restart,
        healthcheck,
        lifecycle,
        limits,
        logging,
        extraHosts,
        options);
  }

  public EngineOptions optionsOrNone() {
    return options == null ? EngineOptions.NONE : options;
  }

  /** Services in whose namespaces it lives: when they start anew, it has to as well. */
  public SortedSet<String> lenders() {
    return Stream.concat(
            Stream.ofNullable(Sharing.serviceOf(networkMode)), optionsOrNone().lenders())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** These, and those whose volumes it mounts: made anew, they take this one with them. */
  public SortedSet<String> parents() {
    return Stream.concat(lenders().stream(), optionsOrNone().volumeOwners())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** {@code command} and {@code entrypoint}: null is the image's own, empty is none. */
  public record Process(
      @Nullable List<String> entrypoint,
      @Nullable List<String> command,
      @Nullable String user,
      @Nullable String workingDir,
      boolean tty,
      boolean stdinOpen,
      @Nullable Boolean init,
      boolean readOnly) {
    public static final Process OF_IMAGE =
        new Process(null, null, null, null, false, false, null, false);

    public Process {
      entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
      command = command == null ? null : List.copyOf(command);
    }

    public Process withCommand(List<String> newCommand) {
      return new Process(entrypoint, newCommand, user, workingDir, tty, stdinOpen, init, readOnly);
    }
  }

  /** How it is stopped; null is the image's own signal and Docker's 10 s. */
  public record Lifecycle(@Nullable String stopSignal, @Nullable Duration stopGrace) {
    public static final Lifecycle DEFAULT = new Lifecycle(null, null);
    private static final Duration DOCKERS = Duration.ofSeconds(10);

    public Duration grace() {
      return stopGrace == null ? DOCKERS : stopGrace;
    }
  }

  /** Bytes, billionths of a processor, processes; null is unlimited. */
  public record Limits(
      @Nullable Long memory,
      @Nullable Long memoryReservation,
      @Nullable Long nanoCpus,
      @Nullable Long pids,
      @Nullable Long shmSize) {
    public static final Limits NONE = new Limits(null, null, null, null, null);
  }

  /** A logging driver with its options. */
  public record Logging(@Nullable String driver, SortedMap<String, String> options) {
    public Logging {
      options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }
  }
}
