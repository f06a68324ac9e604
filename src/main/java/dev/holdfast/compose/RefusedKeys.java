package dev.holdfast.compose;

import java.util.Map;

/**
 * Why a key of the Compose Specification is not honoured, and what to do instead; and what those
 * keys are told to be that mean nothing here and change nothing.
 */
final class RefusedKeys {
  static final String LATER =
      "is not supported yet: remove it, or keep this app with docker compose";
  static final String SWARM = "has no effect outside a Swarm and is ignored";
  private static final String WINDOWS_ALONE =
      "counts on Windows alone and is ignored, as docker compose ignores it on Linux; write 'cpus'";

  static final Map<String, String> SERVICE =
      Map.of(
          "credential_spec",
          "belongs to Windows containers; Holdfast runs on Linux servers: remove it",
          "isolation",
          "belongs to Windows containers; Holdfast runs on Linux servers: remove it",
          "models",
          "needs Docker Desktop's model runner: run the model as a service, and give its address in 'environment'",
          "post_start",
          "is not run by Holdfast: put the command into the entrypoint, or under x-holdfast.migrate with mode: exec",
          "pre_stop",
          "is not run by Holdfast: let the process itself react to 'stop_signal' within 'stop_grace_period'",
          "provider",
          "is run by a program of the person who calls docker compose; a server has none: remove the service, or run a container",
          "use_api_socket",
          "hands the engine and your registry logins to the container: bind /var/run/docker.sock under 'volumes', which needs allow: [docker-socket]");

  static final Map<String, String> SERVICE_NOTICES =
      Map.of(
          "attach",
          "is for a person's terminal and is ignored: an agent attaches to no output",
          "cpu_count",
          WINDOWS_ALONE,
          "cpu_percent",
          WINDOWS_ALONE,
          "develop",
          "is for a developer's machine and is ignored",
          "pull_refresh_after",
          "is ignored: images are pinned by digest, and tags are looked up at each poll");

  static final Map<String, String> MOUNT =
      Map.of(
          "image",
          "needs Docker Engine 28 and is not supported yet: copy the files into the service's image, or into a volume",
          "cluster",
          "belongs to a Swarm: use a volume of a driver that this server has");

  static final Map<String, String> MOUNT_NOTICES =
      Map.of("consistency", "has an effect on Docker Desktop for Mac alone and is ignored");

  static final Map<String, String> UPDATE_CONFIG_NOTICES =
      Map.of(
          "failure_action",
          "is ignored: a release that fails is rolled back as a whole",
          "max_failure_ratio",
          "is ignored: one container that fails fails the release");

  private RefusedKeys() {}
}
