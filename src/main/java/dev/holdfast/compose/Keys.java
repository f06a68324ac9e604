package dev.holdfast.compose;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The keys of one kind of map: those that become something, those that are refused, and those that
 * mean something to a Swarm or a developer's machine alone and are named once in a notice. None is
 * dropped silently. {@code docs/compose-keys.md} is the same as a table, and a test compares the
 * two.
 *
 * @param refused why, by key
 * @param notices what is told, by key
 */
record Keys(Set<String> supported, Map<String, String> refused, Map<String, String> notices) {
  static final Keys FILE =
      new Keys(
          Set.of(
              "version",
              "name",
              "include",
              "services",
              "networks",
              "volumes",
              "configs",
              "secrets"),
          Set.of("models"),
          Set.of());
  static final Keys SERVICE =
      new Keys(
          words(
              """
              annotations blkio_config build cap_add cap_drop cgroup cgroup_parent command
              configs container_name cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares
              cpus cpuset depends_on deploy device_cgroup_rules devices dns dns_opt
              dns_search domainname entrypoint env_file environment expose extends
              external_links extra_hosts gpus group_add healthcheck hostname image init ipc
              label_file labels links logging mac_address mem_limit mem_reservation
              mem_swappiness memswap_limit network_mode networks oom_kill_disable
              oom_score_adj pid pids_limit platform ports privileged profiles pull_policy
              read_only restart runtime scale secrets security_opt shm_size stdin_open
              stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits user
              userns_mode uts volumes volumes_from working_dir
              """),
          RefusedKeys.SERVICE,
          RefusedKeys.SERVICE_NOTICES);
  static final Keys DEPLOY =
      new Keys(
          Set.of("replicas", "resources", "restart_policy", "update_config"),
          Set.of(),
          Set.of("mode", "endpoint_mode", "labels", "placement", "rollback_config"));
  static final Keys UPDATE_CONFIG =
      new Keys(
          Set.of("parallelism", "delay", "monitor", "order"),
          Map.of(),
          RefusedKeys.UPDATE_CONFIG_NOTICES);
  static final Keys RESOURCES = new Keys(Set.of("limits", "reservations"), Set.of(), Set.of());
  static final Keys LIMITS = new Keys(Set.of("cpus", "memory", "pids"), Set.of(), Set.of());
  static final Keys RESERVATIONS =
      new Keys(Set.of("devices", "memory"), Set.of(), Set.of("cpus", "generic_resources"));
  static final Keys DEVICE_REQUEST =
      new Keys(
          Set.of("capabilities", "count", "device_ids", "driver", "options"), Set.of(), Set.of());
  static final Keys DEVICE =
      new Keys(Set.of("source", "target", "permissions"), Set.of(), Set.of());
  static final Keys ULIMIT = new Keys(Set.of("soft", "hard"), Set.of(), Set.of());
  static final Keys BLKIO =
      new Keys(
          Set.of(
              "weight",
              "weight_device",
              "device_read_bps",
              "device_read_iops",
              "device_write_bps",
              "device_write_iops"),
          Set.of(),
          Set.of());
  static final Keys BLKIO_WEIGHT = new Keys(Set.of("path", "weight"), Set.of(), Set.of());
  static final Keys BLKIO_RATE = new Keys(Set.of("path", "rate"), Set.of(), Set.of());
  static final Keys RESTART_POLICY =
      new Keys(Set.of("condition", "max_attempts"), Set.of(), Set.of("delay", "window"));
  static final Keys HEALTHCHECK =
      new Keys(
          Set.of(
              "test",
              "interval",
              "timeout",
              "retries",
              "start_period",
              "start_interval",
              "disable"),
          Set.of(),
          Set.of());
  static final Keys LOGGING = new Keys(Set.of("driver", "options"), Set.of(), Set.of());
  static final Keys DEPENDENCY =
      new Keys(Set.of("condition", "required", "restart"), Set.of(), Set.of());
  static final Keys EXTENDS = new Keys(Set.of("service", "file"), Set.of(), Set.of());
  static final Keys INCLUDE =
      new Keys(Set.of("path", "project_directory", "env_file"), Set.of(), Set.of());
  static final Keys ENV_FILE = new Keys(Set.of("path", "required", "format"), Set.of(), Set.of());
  static final Keys PORT =
      new Keys(
          Set.of("target", "published", "protocol", "host_ip", "mode", "name", "app_protocol"),
          Set.of(),
          Set.of());
  static final Keys MOUNT =
      new Keys(
          Set.of("type", "source", "target", "read_only", "bind", "volume", "tmpfs"),
          RefusedKeys.MOUNT,
          RefusedKeys.MOUNT_NOTICES);
  static final Keys MOUNT_BIND =
      new Keys(Set.of("create_host_path", "propagation", "selinux"), Set.of("recursive"), Set.of());
  static final Keys MOUNT_VOLUME =
      new Keys(Set.of("nocopy", "subpath"), Set.of("labels"), Set.of());
  static final Keys MOUNT_TMPFS = new Keys(Set.of("size", "mode"), Set.of(), Set.of());
  static final Keys ATTACHMENT =
      new Keys(
          Set.of(
              "aliases",
              "driver_opts",
              "gw_priority",
              "interface_name",
              "ipv4_address",
              "ipv6_address",
              "link_local_ips",
              "mac_address",
              "priority"),
          Set.of(),
          Set.of());
  static final Keys NETWORK =
      new Keys(
          Set.of(
              "name",
              "external",
              "driver",
              "driver_opts",
              "internal",
              "attachable",
              "enable_ipv4",
              "enable_ipv6",
              "ipam",
              "labels"),
          Set.of(),
          Set.of());
  static final Keys IPAM = new Keys(Set.of("driver", "config", "options"), Set.of(), Set.of());
  static final Keys SUBNET =
      new Keys(Set.of("subnet", "gateway", "ip_range", "aux_addresses"), Set.of(), Set.of());
  static final Keys VOLUME =
      new Keys(Set.of("name", "external", "driver", "driver_opts", "labels"), Set.of(), Set.of());
  static final Keys SECRET =
      new Keys(
          Set.of("file", "environment", "external", "name"),
          Set.of("driver", "driver_opts", "template_driver"),
          Set.of("labels"));
  static final Keys CONFIG =
      new Keys(
          Set.of("file", "environment", "content", "external", "name"),
          Set.of("template_driver"),
          Set.of("labels"));
  static final Keys GRANT =
      new Keys(Set.of("source", "target", "uid", "gid", "mode"), Set.of(), Set.of());
  static final Keys EXTERNAL = new Keys(Set.of("name"), Set.of(), Set.of());
  static final Keys HOLDFAST =
      new Keys(Set.of("migrate", "backup", "smoke", "after", "watch"), Set.of(), Set.of());
  static final Keys MIGRATION =
      new Keys(
          Set.of("service", "command", "mode", "environment", "timeout", "on-rollback", "status"),
          Set.of(),
          Set.of());
  static final Keys ON_ROLLBACK = new Keys(Set.of("command", "restore"), Set.of(), Set.of());
  static final Keys BACKUP_COMMAND =
      new Keys(
          Set.of("name", "service", "command", "verify", "restore", "timeout"), Set.of(), Set.of());
  static final Keys BACKUP_VOLUME =
      new Keys(Set.of("name", "volume", "pause", "timeout"), Set.of(), Set.of());
  static final Keys BACKUP_PATH =
      new Keys(Set.of("name", "path", "pause", "timeout"), Set.of(), Set.of());
  static final Keys SMOKE_HTTP = new Keys(Set.of("http", "status", "body"), Set.of(), Set.of());
  static final Keys SMOKE_COMMAND = new Keys(Set.of("service", "command"), Set.of(), Set.of());
  static final Keys AFTER =
      new Keys(Set.of("name", "service", "check", "command", "when-env"), Set.of(), Set.of());
  static final Keys HOLDFAST_SERVICE =
      new Keys(Set.of("strategy", "probe", "drain"), Set.of(), Set.of());
  static final Keys STRATEGY = new Keys(Set.of("order", "canary"), Set.of(), Set.of());
  static final Keys CANARY = new Keys(Set.of("replicas", "for", "metrics"), Set.of(), Set.of());
  static final Keys CANARY_METRIC =
      new Keys(Set.of("prometheus", "query", "max", "min", "max-ratio"), Set.of(), Set.of());
  static final Keys PROBE =
      new Keys(
          Set.of(
              "http",
              "tcp",
              "exec",
              "url",
              "interval",
              "timeout",
              "retries",
              "start-period",
              "successes"),
          Set.of(),
          Set.of());
  static final Keys PROBE_HTTP =
      new Keys(
          Set.of("port", "path", "status", "body", "matches", "headers", "scheme", "verify"),
          Set.of(),
          Set.of());
  static final Keys PROBE_URL =
      new Keys(
          Set.of("url", "address", "status", "body", "matches", "headers", "verify"),
          Set.of(),
          Set.of());
  static final Keys WATCH = new Keys(Set.of("for", "log", "metrics"), Set.of(), Set.of());
  static final Keys WATCH_LOG = new Keys(Set.of("service", "pattern"), Set.of(), Set.of());
  static final Keys WATCH_METRIC =
      new Keys(Set.of("prometheus", "query", "max", "min"), Set.of(), Set.of());
  static final Keys PROBE_TCP = new Keys(Set.of("port"), Set.of(), Set.of());
  static final Keys PROBE_EXEC = new Keys(Set.of("command"), Set.of(), Set.of());
  static final Keys VERSIONS =
      new Keys(Set.of("version", "commit", "services"), Set.of(), Set.of());

  /** {@code later}: not honoured so far; {@code swarm}: without meaning on one engine. */
  Keys(Set<String> supported, Set<String> later, Set<String> swarm) {
    this(supported, all(later, RefusedKeys.LATER), all(swarm, RefusedKeys.SWARM));
  }

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  private static Map<String, String> all(Set<String> keys, String reason) {
    return keys.stream().collect(Collectors.toUnmodifiableMap(key -> key, key -> reason));
  }

  /** Tells each key that is not honoured, at its place. */
  void check(Fields fields) {
    fields.mapping().members().forEach((key, member) -> check(fields, key, member.value()));
  }

  private void check(Fields fields, String key, Value value) {
    if (supported.contains(key) || key.startsWith("x-")) {
      return;
    }
    Place place = fields.at(key);
    if (refused.containsKey(key)) {
      if (!value.saysNothing()) {
        fields.problems().error(place, fields.path(key) + " " + refused.get(key));
      }
    } else if (notices.containsKey(key)) {
      fields.problems().notice(key, place, fields.path(key) + " " + notices.get(key));
    } else {
      fields
          .problems()
          .error(
              place,
              fields.path(shown(key))
                  + " is not a known key"
                  + fields.problems().hint(key, known())
                  + hint(fields));
    }
  }

  private static String hint(Fields fields) {
    return fields.path().isEmpty() ? "; keys of your own start with x-" : "";
  }

  private Collection<String> known() {
    Set<String> all = new LinkedHashSet<>(supported);
    all.addAll(refused.keySet());
    all.addAll(notices.keySet());
    return all;
  }

  static String shown(String key) {
    String visible = key.length() > 80 ? key.substring(0, 80) + "…" : key;
    return visible.replaceAll("\\p{Cntrl}", "?");
  }
}
