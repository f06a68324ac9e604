package dev.holdfast.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Shares and limits of the server beside {@link ContainerSpec.Limits}, and parameters of the kernel
 * for the container.
 */
public record Resources(
    @Nullable Cpu cpu,
    @Nullable MemoryUse memory,
    @Nullable BlockIo blockIo,
    SortedMap<String, Ulimit> ulimits,
    SortedMap<String, String> sysctls,
    SortedMap<String, String> storage) {
  public static final Resources NONE =
      new Resources(null, null, null, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());

  public Resources {
    ulimits = Collections.unmodifiableSortedMap(new TreeMap<>(ulimits));
    sysctls = Collections.unmodifiableSortedMap(new TreeMap<>(sysctls));
    storage = Collections.unmodifiableSortedMap(new TreeMap<>(storage));
  }

  /** Periods, quotas and runtimes in microseconds; {@code cpus} such as {@code 0-3}. */
  public record Cpu(
      @Nullable Long shares,
      @Nullable Long quota,
      @Nullable Long period,
      @Nullable Long realtimeRuntime,
      @Nullable Long realtimePeriod,
      @Nullable String cpus) {
    public static final Cpu DEFAULT = new Cpu(null, null, null, null, null, null);
  }

  /** {@code withSwap}: bytes of memory and swap together, -1 without limit. */
  public record MemoryUse(
      @Nullable Long withSwap,
      @Nullable Integer swappiness,
      boolean oomKillDisabled,
      @Nullable Integer oomScore) {
    public static final MemoryUse DEFAULT = new MemoryUse(null, null, false, null);
  }

  /** {@code soft}, {@code hard}: -1 without limit. */
  public record Ulimit(long soft, long hard) {}

  /** Limits by device, in bytes or operations a second. */
  public record BlockIo(
      @Nullable Integer weight,
      SortedMap<String, Long> weights,
      SortedMap<String, Long> readBytes,
      SortedMap<String, Long> writeBytes,
      SortedMap<String, Long> readOperations,
      SortedMap<String, Long> writeOperations) {
    public BlockIo {
      weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
      readBytes = Collections.unmodifiableSortedMap(new TreeMap<>(readBytes));
      writeBytes = Collections.unmodifiableSortedMap(new TreeMap<>(writeBytes));
      readOperations = Collections.unmodifiableSortedMap(new TreeMap<>(readOperations));
      writeOperations = Collections.unmodifiableSortedMap(new TreeMap<>(writeOperations));
    }
  }
}
