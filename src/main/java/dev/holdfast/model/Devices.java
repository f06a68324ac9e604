package dev.holdfast.model;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Devices of the server that a container gets.
 *
 * @param cgroupRules such as {@code c 1:3 mr}
 */
public record Devices(
    @Nullable List<Device> mapped,
    @Nullable List<Request> requests,
    @Nullable List<String> cgroupRules) {
  public static final Devices NONE = new Devices(null, null, null);

  public Devices {
    mapped = EngineOptions.orNull(mapped);
    requests = EngineOptions.orNull(requests);
    cgroupRules = EngineOptions.orNull(cgroupRules);
  }

  /** {@code permissions}: of r, w and m. */
  public record Device(String source, String target, String permissions) {}

  /**
   * Devices that a driver finds, such as GPUs.
   *
   * @param count null with {@code ids}; -1 is all
   */
  public record Request(
      @Nullable String driver,
      @Nullable Integer count,
      @Nullable List<String> ids,
      List<String> capabilities,
      SortedMap<String, String> options) {
    public Request {
      ids = EngineOptions.orNull(ids);
      capabilities = List.copyOf(capabilities);
      options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }
  }
}
