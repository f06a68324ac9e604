package dev.holdfast.reconcile;

import dev.holdfast.backup.Retention;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedState;
import dev.holdfast.rollout.Rules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What agent.yaml says of an app, as far as its attempts need it.
 *
 * @param projectDirectory where relative bind mounts live; null: where docker compose had it, else
 *     the default below the state folder
 * @param composeFiles for the labels that {@code docker compose ls} reads
 * @param envFiles for the label by which docker compose finds them again
 * @param others names of Compose projects that are other apps, however they look
 * @param rules when and with whose leave it is rolled out
 */
public record AppSettings(
    String app,
    String environment,
    String server,
    String sourceUrl,
    Duration interval,
    @Nullable Path projectDirectory,
    Path defaultProjectDirectory,
    List<String> composeFiles,
    List<Path> envFiles,
    int keepReleases,
    Duration keepRecords,
    Retention keepBackups,
    Set<String> others,
    Rules rules) {
  public AppSettings {
    others = Set.copyOf(others);
  }

  /** Where docker compose had it, unless agent.yaml says; else below the agent's own state. */
  public Path projectDirectory(ObservedState seen) {
    if (projectDirectory != null) {
      return projectDirectory;
    }
    return seen.containers().stream()
        .map(c -> c.labels().get(Labels.COMPOSE_WORKING_DIR))
        .filter(Objects::nonNull)
        .filter(directory -> directory.startsWith("/"))
        .findFirst()
        .map(Path::of)
        .orElse(defaultProjectDirectory);
  }
}
