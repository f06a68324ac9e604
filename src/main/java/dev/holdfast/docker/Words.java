package dev.holdfast.docker;

import java.util.Locale;
import java.util.Map;

/** What Compose calls a field of the engine. */
final class Words {
  private static final Map<String, String> OTHERWISE =
      Map.ofEntries(
          Map.entry("Memory", "mem_limit"),
          Map.entry("MemoryReservation", "mem_reservation"),
          Map.entry("MemorySwap", "memswap_limit"),
          Map.entry("MemorySwappiness", "mem_swappiness"),
          Map.entry("NanoCpus", "cpus"),
          Map.entry("CpusetCpus", "cpuset"),
          Map.entry("ReadonlyRootfs", "read_only"),
          Map.entry("OpenStdin", "stdin_open"),
          Map.entry("PidMode", "pid"),
          Map.entry("IpcMode", "ipc"),
          Map.entry("UTSMode", "uts"),
          Map.entry("UsernsMode", "userns_mode"),
          Map.entry("DnsOptions", "dns_opt"),
          Map.entry("DeviceRequests", "gpus"),
          Map.entry("Domainname", "domainname"),
          Map.entry("Tty", "tty"));

  private Words() {}

  static String of(String field) {
    String snake = field.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    return OTHERWISE.getOrDefault(field, snake);
  }
}
