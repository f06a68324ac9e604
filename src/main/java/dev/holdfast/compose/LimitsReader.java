package dev.holdfast.compose;

import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.ContainerSpec.Logging;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** {@code deploy.resources}, the older keys that mean the same, and {@code logging}. */
final class LimitsReader {
  private final Fields service;
  private final Project project;
  private final @Nullable Fields deploy;

  LimitsReader(Fields service, Project project) {
    this.service = service;
    this.project = project;
    this.deploy = service.child("deploy");
  }

  Limits limits() {
    Fields resources = deploy == null ? null : deploy.child("resources");
    Fields limits = resources == null ? null : resources.child("limits");
    Fields reservations = resources == null ? null : resources.child("reservations");
    check(resources, Keys.RESOURCES);
    check(limits, Keys.LIMITS);
    check(reservations, Keys.RESERVATIONS);
    Long memory = limits == null ? null : limits.bytes("memory");
    Long reserved = reservations == null ? null : reservations.bytes("memory");
    Long cpus = limits == null ? null : limits.nanoCpus("cpus");
    Long pids = limits == null ? null : pids(limits, "pids");
    return new Limits(
        memory == null ? service.bytes("mem_limit") : memory,
        reserved == null ? service.bytes("mem_reservation") : reserved,
        cpus == null ? service.nanoCpus("cpus") : cpus,
        pids == null ? pids(service, "pids_limit") : pids,
        service.bytes("shm_size"));
  }

  private static void check(@Nullable Fields fields, Keys keys) {
    if (fields != null) {
      keys.check(fields);
    }
  }

  /** 0 and -1 are Docker's words for "without limit". */
  private static @Nullable Long pids(Fields fields, String key) {
    Integer pids = fields.integer(key, -1, Integer.MAX_VALUE);
    return pids == null || pids <= 0 ? null : Long.valueOf(pids);
  }

  @Nullable Logging logging() {
    Fields logging = service.child("logging");
    if (logging == null) {
      return null;
    }
    Keys.LOGGING.check(logging);
    SortedMap<String, String> options = logging.textMap("options");
    new PathGuard(project, logging).check("options", options);
    return new Logging(logging.text("driver"), options);
  }
}
