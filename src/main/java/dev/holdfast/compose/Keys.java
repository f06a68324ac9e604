package dev.holdfast.compose;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The keys of one kind of map. A key that the Compose Specification knows and Holdfast does not
 * honour is an error, never dropped; those that mean something to a Swarm or a developer's machine
 * alone are a warning.
 */
record Keys(Set<String> supported, Set<String> later, Set<String> elsewhere) {
  static final Keys FILE =
      new Keys(
          Set.of("version", "name", "services", "networks", "volumes", "configs", "secrets"),
          Set.of("include", "models"),
          Set.of());
  static final Keys SERVICE =
      new Keys(
          Set.of(
              "attach",
              "build",
              "command",
              "container_name",
              "cpus",
              "depends_on",
              "deploy",
              "develop",
              "entrypoint",
              "env_file",
              "environment",
              "expose",
              "extends",
              "extra_hosts",
              "healthcheck",
              "hostname",
              "image",
              "init",
              "labels",
              "links",
              "logging",
              "mem_limit",
              "mem_reservation",
              "network_mode",
              "networks",
              "pids_limit",
              "ports",
              "profiles",
              "pull_policy",
              "read_only",
              "restart",
              "scale",
              "shm_size",
              "stdin_open",
              "stop_grace_period",
              "stop_signal",
              "tmpfs",
              "tty",
              "user",
              "volumes",
              "working_dir"),
          Set.of(
              "annotations",
              "blkio_config",
              "cap_add",
              "cap_drop",
              "cgroup",
              "cgroup_parent",
              "configs",
              "cpu_count",
              "cpu_percent",
              "cpu_period",
              "cpu_quota",
              "cpu_rt_period",
              "cpu_rt_runtime",
              "cpu_shares",
              "cpuset",
              "credential_spec",
              "device_cgroup_rules",
              "devices",
              "dns",
              "dns_opt",
              "dns_search",
              "domainname",
              "external_links",
              "gpus",
              "group_add",
              "ipc",
              "isolation",
              "label_file",
              "mac_address",
              "mem_swappiness",
              "memswap_limit",
              "models",
              "oom_kill_disable",
              "oom_score_adj",
              "pid",
              "platform",
              "post_start",
              "pre_stop",
              "privileged",
              "provider",
              "pull_refresh_after",
              "runtime",
              "secrets",
              "security_opt",
              "storage_opt",
              "sysctls",
              "ulimits",
              "use_api_socket",
              "userns_mode",
              "uts",
              "volumes_from"),
          Set.of());
  static final Keys DEPLOY =
      new Keys(
          Set.of("replicas", "resources", "restart_policy"),
          Set.of(),
          Set.of(
              "mode", "endpoint_mode", "labels", "placement", "update_config", "rollback_config"));
  static final Keys RESOURCES = new Keys(Set.of("limits", "reservations"), Set.of(), Set.of());
  static final Keys LIMITS =
      new Keys(Set.of("cpus", "memory", "pids"), Set.of("devices"), Set.of());
  static final Keys RESERVATIONS =
      new Keys(Set.of("memory"), Set.of("devices"), Set.of("cpus", "generic_resources"));
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
  static final Keys ENV_FILE = new Keys(Set.of("path", "required", "format"), Set.of(), Set.of());
  static final Keys PORT =
      new Keys(
          Set.of("target", "published", "protocol", "host_ip", "mode", "name", "app_protocol"),
          Set.of(),
          Set.of());
  static final Keys MOUNT =
      new Keys(
          Set.of("type", "source", "target", "read_only", "bind", "volume", "tmpfs", "consistency"),
          Set.of("image", "cluster"),
          Set.of());
  static final Keys MOUNT_BIND =
      new Keys(Set.of("create_host_path", "propagation", "selinux"), Set.of("recursive"), Set.of());
  static final Keys MOUNT_VOLUME =
      new Keys(Set.of("nocopy", "subpath"), Set.of("labels"), Set.of());
  static final Keys MOUNT_TMPFS = new Keys(Set.of("size", "mode"), Set.of(), Set.of());
  static final Keys ATTACHMENT =
      new Keys(
          Set.of("aliases", "ipv4_address", "ipv6_address", "mac_address", "priority"),
          Set.of("driver_opts", "gw_priority", "interface_name", "link_local_ips"),
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
              "enable_ipv6",
              "ipam",
              "labels"),
          Set.of("enable_ipv4"),
          Set.of());
  static final Keys IPAM = new Keys(Set.of("driver", "config"), Set.of("options"), Set.of());
  static final Keys SUBNET =
      new Keys(Set.of("subnet", "gateway", "ip_range", "aux_addresses"), Set.of(), Set.of());
  static final Keys VOLUME =
      new Keys(Set.of("name", "external", "driver", "driver_opts", "labels"), Set.of(), Set.of());
  static final Keys EXTERNAL = new Keys(Set.of("name"), Set.of(), Set.of());
  static final Keys HOLDFAST =
      new Keys(Set.of("migrate", "smoke", "after", "watch"), Set.of("backup"), Set.of());
  static final Keys MIGRATION =
      new Keys(
          Set.of("service", "command", "mode", "environment", "timeout", "on-rollback"),
          Set.of(),
          Set.of());
  static final Keys ON_ROLLBACK = new Keys(Set.of("command"), Set.of("restore"), Set.of());
  static final Keys SMOKE_HTTP = new Keys(Set.of("http", "status", "body"), Set.of(), Set.of());
  static final Keys SMOKE_COMMAND = new Keys(Set.of("service", "command"), Set.of(), Set.of());
  static final Keys AFTER =
      new Keys(Set.of("name", "service", "check", "command", "when-env"), Set.of(), Set.of());
  static final Keys HOLDFAST_SERVICE =
      new Keys(Set.of("strategy", "probe"), Set.of("drain"), Set.of());
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

  /** Tells each key that is not honoured, at its place. */
  void check(Fields fields) {
    fields.mapping().members().forEach((key, member) -> check(fields, key, member.value()));
  }

  private void check(Fields fields, String key, Value value) {
    if (supported.contains(key) || key.startsWith("x-")) {
      return;
    }
    Place place = fields.at(key);
    if (later.contains(key)) {
      if (!value.saysNothing()) {
        fields
            .problems()
            .error(
                place,
                fields.path(key)
                    + " is not supported yet: remove it, or keep this app with docker compose");
      }
    } else if (elsewhere.contains(key)) {
      fields
          .problems()
          .warn(place, fields.path(key) + " has no effect outside a Swarm and is ignored");
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
    all.addAll(later);
    all.addAll(elsewhere);
    return all;
  }

  static String shown(String key) {
    String visible = key.length() > 80 ? key.substring(0, 80) + "…" : key;
    return visible.replaceAll("\\p{Cntrl}", "?");
  }
}
