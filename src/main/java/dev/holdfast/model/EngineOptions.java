package dev.holdfast.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a service asks of the engine beyond the ordinary. Whatever is null or empty says nothing, so
 * that the releases of services that ask for none of it keep their ids.
 *
 * @param platform {@code os/architecture[/variant]}, or null for the server's own
 * @param annotations of the OCI runtime
 */
public record EngineOptions(
    @Nullable HostAccess access,
    @Nullable Namespaces namespaces,
    @Nullable Devices devices,
    @Nullable Resources resources,
    @Nullable Naming naming,
    @Nullable List<VolumesFrom> volumesFrom,
    SortedMap<String, String> annotations,
    @Nullable String platform) {
  public static final EngineOptions NONE =
      new EngineOptions(null, null, null, null, null, null, new TreeMap<>(), null);

  public EngineOptions {
    volumesFrom = orNull(volumesFrom);
    annotations = Collections.unmodifiableSortedMap(new TreeMap<>(annotations));
  }

  /** Null where it says nothing. */
  public @Nullable EngineOptions orNull() {
    return equals(NONE) ? null : this;
  }

  /** Services whose namespaces it shares, the network's apart. */
  Stream<String> lenders() {
    return namespaces == null ? Stream.empty() : namespaces.services();
  }

  /** Services whose volumes it mounts. */
  Stream<String> volumeOwners() {
    return volumesFrom == null
        ? Stream.empty()
        : volumesFrom.stream()
            .map(VolumesFrom::of)
            .flatMap(of -> Stream.ofNullable(Sharing.serviceOf(of)));
  }

  static <T> @Nullable List<T> orNull(@Nullable List<T> list) {
    return list == null || list.isEmpty() ? null : List.copyOf(list);
  }

  /**
   * Whose namespaces it uses, as Compose writes them: {@code host}, {@code service:db}, {@code
   * container:name}, {@code shareable}. That of the network is {@link ContainerSpec#networkMode}.
   */
  public record Namespaces(
      @Nullable String pid,
      @Nullable String ipc,
      @Nullable String uts,
      @Nullable String user,
      @Nullable String cgroup) {
    public static final Namespaces OWN = new Namespaces(null, null, null, null, null);

    Stream<String> services() {
      return Stream.concat(
          Stream.ofNullable(Sharing.serviceOf(pid)), Stream.ofNullable(Sharing.serviceOf(ipc)));
    }
  }

  /**
   * Names and addresses that it has or knows.
   *
   * @param macAddress of its first network
   * @param links further names of other containers, on the networks that both are on
   */
  public record Naming(
      @Nullable String domainName,
      @Nullable String macAddress,
      @Nullable List<String> dns,
      @Nullable List<String> dnsSearch,
      @Nullable List<String> dnsOptions,
      @Nullable List<Link> links) {
    public static final Naming NONE = new Naming(null, null, null, null, null, null);

    public Naming {
      dns = orNull(dns);
      dnsSearch = orNull(dnsSearch);
      dnsOptions = orNull(dnsOptions);
      links = orNull(links);
    }
  }

  /** {@code to}: {@code service:db} or {@code container:name}. */
  public record Link(String to, String alias) {}

  /** {@code of}: {@code service:db} or {@code container:name}, whose volumes it mounts as well. */
  public record VolumesFrom(String of, boolean readOnly) {}
}
