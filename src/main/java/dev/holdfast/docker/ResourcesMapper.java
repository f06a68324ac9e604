package dev.holdfast.docker;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.Resources;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Where shares, limits and kernel parameters become fields of {@code HostConfig}. */
final class ResourcesMapper {
  private ResourcesMapper() {}

  static void into(ObjectNode host, Resources resources) {
    if (resources.cpu() != null) {
      cpu(host, resources.cpu());
    }
    if (resources.memory() != null) {
      memory(host, resources.memory());
    }
    if (resources.blockIo() != null) {
      blockIo(host, resources.blockIo());
    }
    if (!resources.ulimits().isEmpty()) {
      ArrayNode ulimits = host.putArray("Ulimits");
      resources
          .ulimits()
          .forEach(
              (name, limit) ->
                  ulimits
                      .addObject()
                      .put("Name", name)
                      .put("Soft", limit.soft())
                      .put("Hard", limit.hard()));
    }
    if (!resources.sysctls().isEmpty()) {
      host.set("Sysctls", CreateMapper.strings(resources.sysctls()));
    }
    if (!resources.storage().isEmpty()) {
      host.set("StorageOpt", CreateMapper.strings(resources.storage()));
    }
  }

  private static void cpu(ObjectNode host, Resources.Cpu cpu) {
    put(host, "CpuShares", cpu.shares());
    put(host, "CpuQuota", cpu.quota());
    put(host, "CpuPeriod", cpu.period());
    put(host, "CpuRealtimeRuntime", cpu.realtimeRuntime());
    put(host, "CpuRealtimePeriod", cpu.realtimePeriod());
    if (cpu.cpus() != null) {
      host.put("CpusetCpus", cpu.cpus());
    }
  }

  private static void memory(ObjectNode host, Resources.MemoryUse memory) {
    put(host, "MemorySwap", memory.withSwap());
    if (memory.swappiness() != null) {
      host.put("MemorySwappiness", memory.swappiness());
    }
    if (memory.oomKillDisabled()) {
      host.put("OomKillDisable", true);
    }
    if (memory.oomScore() != null) {
      host.put("OomScoreAdj", memory.oomScore());
    }
  }

  private static void blockIo(ObjectNode host, Resources.BlockIo blockIo) {
    if (blockIo.weight() != null) {
      host.put("BlkioWeight", blockIo.weight());
    }
    byDevice(host, "BlkioWeightDevice", "Weight", blockIo.weights());
    byDevice(host, "BlkioDeviceReadBps", "Rate", blockIo.readBytes());
    byDevice(host, "BlkioDeviceWriteBps", "Rate", blockIo.writeBytes());
    byDevice(host, "BlkioDeviceReadIOps", "Rate", blockIo.readOperations());
    byDevice(host, "BlkioDeviceWriteIOps", "Rate", blockIo.writeOperations());
  }

  private static void byDevice(
      ObjectNode host, String field, String unit, SortedMap<String, Long> values) {
    if (!values.isEmpty()) {
      ArrayNode list = host.putArray(field);
      values.forEach((path, value) -> list.addObject().put("Path", path).put(unit, value));
    }
  }

  private static void put(ObjectNode host, String field, @Nullable Long value) {
    if (value != null) {
      host.put(field, value);
    }
  }
}
