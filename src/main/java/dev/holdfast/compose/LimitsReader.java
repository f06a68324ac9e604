package dev.holdfast.compose;

import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.ContainerSpec.Logging;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code deploy.resources}, the older keys that mean the same, {@code logging}, and the number of
 * containers.
 */
final class LimitsReader {
  private static final int MOST_REPLICAS = 1000;

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

  /** Null for one. */
  @Nullable Integer replicas() {
    if (deploy != null) {
      Keys.DEPLOY.check(deploy);
    }
    Integer replicas = deploy == null ? null : deploy.integer("replicas", 0, MOST_REPLICAS);
    Integer scale = service.integer("scale", 0, MOST_REPLICAS);
    if (scale != null && replicas != null && !scale.equals(replicas)) {
      service.error("scale", "differs from deploy.replicas; remove one of the two");
    }
    Integer number = replicas == null ? scale : replicas;
    if (number == null || number == 1) {
      return null;
    }
    // The planner makes one container of each service so far.
    (replicas == null || deploy == null ? service : deploy)
        .error(
            replicas == null ? "scale" : "replicas",
            "other than 1 is not supported yet: remove it, or use a profile for a service that should not run");
    return number;
  }
}
