package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.model.EngineOptions.Namespaces;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code sysctls}: those that belong to a namespace of the container. All others would be the
 * server's, and the engine refuses them when the container starts.
 */
final class Sysctls {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]+(/[a-zA-Z0-9_.-]+)*");
  private static final Set<String> IPC =
      Set.of(
          "kernel.msgmax",
          "kernel.msgmnb",
          "kernel.msgmni",
          "kernel.sem",
          "kernel.shmall",
          "kernel.shmmax",
          "kernel.shmmni",
          "kernel.shm_rmid_forced");

  private final Fields service;
  private final @Nullable String networkMode;
  private final @Nullable Namespaces namespaces;

  Sysctls(Fields service, @Nullable String networkMode, @Nullable Namespaces namespaces) {
    this.service = service;
    this.networkMode = networkMode;
    this.namespaces = namespaces;
  }

  SortedMap<String, String> read() {
    SortedMap<String, String> sysctls = service.textMap("sysctls");
    sysctls.forEach((name, value) -> check(name));
    return sysctls;
  }

  private void check(String name) {
    boolean ofNetwork = name.startsWith("net.");
    boolean ofIpc = IPC.contains(name) || name.startsWith("fs.mqueue.");
    if (!NAME.matcher(name).matches() || !(ofNetwork || ofIpc)) {
      refuse(
          name,
          "is the server's own and not the container's: only net.…, kernel.msg…, kernel.sem,"
              + " kernel.shm… and fs.mqueue.… can be set; set it on the server with sysctl.d");
    } else if (ofNetwork && isShared(networkMode)) {
      refuse(name, "would be set in a network that is not this container's own; set it there");
    } else if (ofIpc && namespaces != null && isShared(namespaces.ipc())) {
      refuse(name, "would be set in an IPC namespace that is not this container's own");
    }
  }

  private static boolean isShared(@Nullable String mode) {
    return mode != null && (mode.equals("host") || mode.indexOf(':') >= 0);
  }

  private void refuse(String name, String why) {
    Fields fields =
        service.get("sysctls") instanceof Mapping map
            ? new Fields(map, service.path("sysctls"), service.problems())
            : service;
    String key = fields == service ? "sysctls" : name;
    fields
        .problems()
        .error(fields.at(key), service.path("sysctls") + "." + Keys.shown(name) + " " + why);
  }
}
