package dev.holdfast.compose;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A volume of the local driver is mounted with the options of {@code mount(8)}: with {@code bind}
 * or a file system of its own choice it would be a way to any path of the server, so the same rules
 * hold as for bind mounts.
 */
final class LocalVolumeGuard {
  private static final Set<String> HARMLESS = Set.of("nfs", "nfs4", "cifs", "smb3", "tmpfs");

  private final Project project;
  private final Fields volume;

  LocalVolumeGuard(Project project, Fields volume) {
    this.project = project;
    this.volume = volume;
  }

  void check(Map<String, String> options) {
    String type = options.getOrDefault("type", "").strip();
    String device = options.getOrDefault("device", "").strip();
    boolean bind =
        Arrays.stream(options.getOrDefault("o", "").split(","))
            .map(String::strip)
            .anyMatch(option -> option.equals("bind") || option.equals("rbind"));
    if (!bind && (HARMLESS.contains(type) || (type.isEmpty() && device.isEmpty()))) {
      return;
    }
    if (!bind) {
      volume.error(
          "driver_opts",
          "mounts a file system of another type than nfs, cifs, tmpfs or a bind, which is not supported");
    } else if (!device.startsWith("/")) {
      volume.error(
          "driver_opts",
          "binds a relative path; write the absolute one, or use a bind mount in the service");
    } else if (!project.permissions().allowsPath(SourcePaths.absolute(device))) {
      volume.error(
          "driver_opts",
          "binds an absolute path of the server; "
              + project.allowHint("allow-paths", "the path under 'device'"));
    }
  }
}
