package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.HostAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Rights of a container: {@code privileged}, capabilities, {@code security_opt}, groups, {@code
 * cgroup_parent}, {@code runtime}. Taking rights away needs nobody's leave; what every container
 * has anyway may be added without.
 */
final class AccessReader {
  private static final Set<String> ORDINARY =
      words(
          """
          AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP
          SETGID SETPCAP SETUID SYS_CHROOT
          """);
  private static final Set<String> FURTHER =
      words(
          """
          ALL AUDIT_CONTROL AUDIT_READ BLOCK_SUSPEND BPF CHECKPOINT_RESTORE DAC_READ_SEARCH
          IPC_LOCK IPC_OWNER LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE NET_ADMIN NET_BROADCAST
          PERFMON SYSLOG SYS_ADMIN SYS_BOOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO
          SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM
          """);
  private static final Pattern GROUP = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,63}");
  private static final Pattern CGROUP = Pattern.compile("[a-zA-Z0-9_./:@-]{1,200}");
  private static final Pattern RUNTIME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}");
  private static final Set<String> ORDINARY_RUNTIMES = Set.of("runc", "io.containerd.runc.v2");

  private final Fields service;
  private final Grants grants;
  private final Project project;

  AccessReader(Fields service, Project project) {
    this.service = service;
    this.project = project;
    this.grants = new Grants(project, service);
  }

  private static Set<String> words(String text) {
    return Set.of(text.strip().split("\\s+"));
  }

  /** Null where nothing is said. */
  @Nullable HostAccess read() {
    boolean privileged = service.isTrue("privileged");
    if (privileged) {
      grants.need("privileged", "privileged", "gives the container the whole server");
    }
    HostAccess access =
        new HostAccess(
            privileged,
            capabilities("cap_add", true),
            capabilities("cap_drop", false),
            new SecurityOptions(service, project).read(),
            groups(),
            cgroupParent(),
            runtime());
    return access.equals(HostAccess.NONE) ? null : access;
  }

  private List<String> capabilities(String key, boolean added) {
    List<String> found = new ArrayList<>();
    for (Value item : service.items(key)) {
      if (!(item instanceof Scalar scalar) || !isCapability(scalar.text())) {
        service
            .problems()
            .error(
                item.place(),
                service.path(key)
                    + " takes Linux capabilities such as NET_ADMIN, or ALL"
                    + (item instanceof Scalar scalar && scalar.style() != Value.Style.INTERPOLATED
                        ? service.problems().hint(plain(scalar.text()), FURTHER)
                        : ""));
      } else if (!found.contains(scalar.text())) {
        if (added && !ORDINARY.contains(plain(scalar.text()))) {
          grants.need("capabilities", item, key, "adds a right over the server");
        }
        found.add(scalar.text());
      }
    }
    return found;
  }

  private static boolean isCapability(String text) {
    return ORDINARY.contains(plain(text)) || FURTHER.contains(plain(text));
  }

  private static String plain(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    return upper.startsWith("CAP_") ? upper.substring(4) : upper;
  }

  private List<String> groups() {
    List<String> groups = service.texts("group_add");
    for (String group : groups) {
      if (!GROUP.matcher(group).matches()) {
        service.error("group_add", "takes names or numbers of groups of the image");
      }
    }
    return groups.stream().distinct().toList();
  }

  private @Nullable String cgroupParent() {
    String parent = service.text("cgroup_parent");
    if (parent != null && (!CGROUP.matcher(parent).matches() || parent.contains(".."))) {
      service.error("cgroup_parent", "is not the path of a cgroup; write it such as m-apps.slice");
    } else if (parent != null) {
      grants.need(
          "privileged",
          "cgroup_parent",
          "puts the container among the server's own cgroups, past its limits");
    }
    return parent;
  }

  /** A path would name a program of the server; a name, one that root has set up in the engine. */
  private @Nullable String runtime() {
    String runtime = service.text("runtime");
    if (runtime == null || ORDINARY_RUNTIMES.contains(runtime)) {
      return runtime;
    }
    if (!RUNTIME.matcher(runtime).matches()) {
      service.error("runtime", "must be the name of a runtime of the engine, such as nvidia");
    } else if (runtime.startsWith("nvidia")) {
      grants.need("devices", "runtime", "gives the container devices of the server");
    } else {
      grants.need("privileged", "runtime", "decides how the container is kept apart");
    }
    return runtime;
  }
}
