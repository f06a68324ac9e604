package dev.holdfast.reconcile;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What agent.yaml says of an app, as far as its attempts need it.
 *
 * @param projectDirectory where relative bind mounts live; null: where docker compose had it, else
 *     the default below the state folder
 * @param composeFiles for the labels that {@code docker compose ls} reads
 * @param envFiles for the label by which docker compose finds them again
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
    Duration keepRecords) {}
