package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Shares of processor, memory and disk, {@code ulimits}, {@code storage_opt}, and kernel parameters
 * by {@link Sysctls}. What the engine would refuse in the middle of a rollout is refused here.
 */
final class SharesReader {
  private static final Pattern CPUS =
      Pattern.compile("[0-9]{1,5}(-[0-9]{1,5})?(,[0-9]{1,5}(-[0-9]{1,5})?)*");
  private static final List<String> ULIMITS =
      List.of(
          "core",
          "cpu",
          "data",
          "fsize",
          "locks",
          "memlock",
          "msgqueue",
          "nice",
          "nofile",
          "nproc",
          "rss",
          "rtprio",
          "rttime",
          "sigpending",
          "stack");
  private static final long UNLIMITED = -1;
  private static final int LIGHTEST = 10;
  private static final int HEAVIEST = 1000;
  private static final int MOST_SHARES = 262_144;
  private static final int HUNDRED_PERCENT = 100;
  private static final int OOM = 1000;

  private final Fields service;
  private final Limits limits;
  private final Sysctls sysctls;

  SharesReader(Fields service, Limits limits, Sysctls sysctls) {
    this.service = service;
    this.limits = limits;
    this.sysctls = sysctls;
  }

  @Nullable Resources read() {
    Resources resources =
        new Resources(
            cpu(), memory(), blockIo(), ulimits(), sysctls.read(), service.textMap("storage_opt"));
    return resources.equals(Resources.NONE) ? null : resources;
  }

  private Resources.@Nullable Cpu cpu() {
    String cpus = service.text("cpuset");
    if (cpus != null && !CPUS.matcher(cpus).matches()) {
      service.error("cpuset", "takes numbers of processors such as 0-3 or 0,2");
    }
    Resources.Cpu cpu =
        new Resources.Cpu(
            Numbers.whole(service, "cpu_shares", 0, MOST_SHARES),
            Numbers.microseconds(service, "cpu_quota", UNLIMITED),
            Numbers.microseconds(service, "cpu_period", 0),
            Numbers.microseconds(service, "cpu_rt_runtime", 0),
            Numbers.microseconds(service, "cpu_rt_period", 0),
            cpus);
    if (limits.nanoCpus() != null && (cpu.quota() != null || cpu.period() != null)) {
      service.error(
          cpu.quota() == null ? "cpu_period" : "cpu_quota",
          "says the same as 'cpus' in another way, and the engine takes one of them; remove one");
    }
    return cpu.equals(Resources.Cpu.DEFAULT) ? null : cpu;
  }

  private Resources.@Nullable MemoryUse memory() {
    Long withSwap = Numbers.bytesOrUnlimited(service, "memswap_limit");
    Long memory = limits.memory();
    if (withSwap != null && withSwap > 0 && (memory == null || memory > withSwap)) {
      service.error(
          "memswap_limit", "is memory and swap together: it needs a mem_limit, and at least that");
    }
    Long reserved = limits.memoryReservation();
    if (memory != null && reserved != null && memory > 0 && reserved > memory) {
      service.error("mem_reservation", "is more than the memory limit; lower it");
    }
    Resources.MemoryUse use =
        new Resources.MemoryUse(
            withSwap,
            service.integer("mem_swappiness", 0, HUNDRED_PERCENT),
            service.isTrue("oom_kill_disable"),
            service.integer("oom_score_adj", -OOM, OOM));
    return use.equals(Resources.MemoryUse.DEFAULT) ? null : use;
  }

  private Resources.@Nullable BlockIo blockIo() {
    Fields fields = service.child("blkio_config");
    if (fields == null) {
      return null;
    }
    Keys.BLKIO.check(fields);
    return new Resources.BlockIo(
        fields.integer("weight", LIGHTEST, HEAVIEST),
        weights(fields),
        rates(fields, "device_read_bps"),
        rates(fields, "device_write_bps"),
        rates(fields, "device_read_iops"),
        rates(fields, "device_write_iops"));
  }

  private static SortedMap<String, Long> weights(Fields blkio) {
    SortedMap<String, Long> weights = new TreeMap<>();
    for (Fields item : byDevice(blkio, "weight_device", Keys.BLKIO_WEIGHT)) {
      put(weights, item, Numbers.whole(item, "weight", LIGHTEST, HEAVIEST), "weight");
    }
    return weights;
  }

  private static SortedMap<String, Long> rates(Fields blkio, String key) {
    SortedMap<String, Long> rates = new TreeMap<>();
    for (Fields item : byDevice(blkio, key, Keys.BLKIO_RATE)) {
      put(rates, item, item.bytes("rate"), "rate");
    }
    return rates;
  }

  private static List<Fields> byDevice(Fields blkio, String key, Keys keys) {
    return blkio.items(key).stream()
        .map(item -> Optional.ofNullable(Fields.of(item, blkio.path(key), blkio.problems())))
        .flatMap(Optional::stream)
        .peek(keys::check)
        .toList();
  }

  private static void put(
      SortedMap<String, Long> values, Fields item, @Nullable Long value, String key) {
    String path = item.text("path");
    if (path == null || !path.startsWith("/")) {
      item.error("path", "must be the absolute path of a device, such as /dev/sda");
    } else if (value == null) {
      item.error(key, "is missing; write a number");
    } else {
      values.put(path, value);
    }
  }

  private SortedMap<String, Resources.Ulimit> ulimits() {
    SortedMap<String, Resources.Ulimit> ulimits = new TreeMap<>();
    Fields fields = service.child("ulimits");
    if (fields == null) {
      return ulimits;
    }
    for (Map.Entry<String, Value.Member> entry : fields.mapping().members().entrySet()) {
      String name = entry.getKey();
      if (!ULIMITS.contains(name)) {
        fields
            .problems()
            .error(
                fields.at(name),
                fields.path(Keys.shown(name))
                    + " is no limit of Linux"
                    + fields.problems().hint(name, ULIMITS));
      } else {
        ulimit(fields, name).ifPresent(limit -> ulimits.put(name, limit));
      }
    }
    return ulimits;
  }

  private static Optional<Resources.Ulimit> ulimit(Fields ulimits, String name) {
    Value value = ulimits.get(name);
    if (value instanceof Scalar) {
      return Optional.ofNullable(limit(ulimits, name))
          .map(both -> new Resources.Ulimit(both, both));
    }
    Fields fields = value instanceof Mapping ? ulimits.child(name) : null;
    if (fields == null) {
      ulimits.error(name, "must be a number, or a map of soft and hard");
      return Optional.empty();
    }
    Keys.ULIMIT.check(fields);
    Long soft = limit(fields, "soft");
    Long hard = limit(fields, "hard");
    if (soft == null || hard == null || exceeds(soft, hard)) {
      ulimits.error(name, "needs both soft and hard, and soft no more than hard");
      return Optional.empty();
    }
    return Optional.of(new Resources.Ulimit(soft, hard));
  }

  private static boolean exceeds(long soft, long hard) {
    return hard != UNLIMITED && (soft == UNLIMITED || soft > hard);
  }

  private static @Nullable Long limit(Fields fields, String key) {
    return Numbers.whole(fields, key, UNLIMITED, Long.MAX_VALUE);
  }
}
