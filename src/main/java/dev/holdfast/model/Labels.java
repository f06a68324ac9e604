package dev.holdfast.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The labels that docker compose sets on what it makes, and ours beside them. */
public final class Labels {
  public static final String COMPOSE_PROJECT = "com.docker.compose.project";
  public static final String COMPOSE_SERVICE = "com.docker.compose.service";
  public static final String COMPOSE_NUMBER = "com.docker.compose.container-number";
  public static final String COMPOSE_ONEOFF = "com.docker.compose.oneoff";
  public static final String COMPOSE_CONFIG_HASH = "com.docker.compose.config-hash";
  public static final String COMPOSE_CONFIG_FILES = "com.docker.compose.project.config_files";
  public static final String COMPOSE_WORKING_DIR = "com.docker.compose.project.working_dir";
  public static final String COMPOSE_ENVIRONMENT_FILE =
      "com.docker.compose.project.environment_file";
  public static final String COMPOSE_VERSION = "com.docker.compose.version";
  public static final String COMPOSE_DEPENDS_ON = "com.docker.compose.depends_on";
  public static final String COMPOSE_IMAGE = "com.docker.compose.image";
  public static final String COMPOSE_NETWORK = "com.docker.compose.network";
  public static final String COMPOSE_VOLUME = "com.docker.compose.volume";

  public static final String APP = "dev.holdfast.app";
  public static final String RELEASE = "dev.holdfast.release";
  public static final String DEPLOYMENT = "dev.holdfast.deployment";
  public static final String CONFIG_HASH = "dev.holdfast.config-hash";

  /** On a one-off container: {@code <deployment>/<index>} of the migration that it runs. */
  public static final String MIGRATION = "dev.holdfast.migration";

  /** On a one-off container that somebody sits at: the id of that. */
  public static final String SHELL = "dev.holdfast.shell";

  /** On a network whose subnet the agent made it with, as the engine had picked it. */
  public static final String SUBNET = "dev.holdfast.subnet";

  private Labels() {}

  /** Set by docker compose, Docker Desktop or the agent, and no part of what somebody wrote. */
  public static boolean isOfTools(String label) {
    return label.startsWith("com.docker.compose.")
        || label.startsWith("desktop.docker.io/")
        || isOurs(label);
  }

  public static boolean isOurs(String label) {
    return label.startsWith("dev.holdfast.");
  }

  /** Whose shell a container is, or null: an empty label is one that an image claimed. */
  public static @Nullable String shell(Map<String, String> labels) {
    String shell = labels.get(SHELL);
    return shell == null || shell.isEmpty() ? null : shell;
  }

  /** The migration that a container runs, or null: an empty label is one that an image claimed. */
  public static @Nullable String migration(Map<String, String> labels) {
    String migration = labels.get(MIGRATION);
    return migration == null || migration.isEmpty() ? null : migration;
  }
}
