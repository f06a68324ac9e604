package dev.holdfast.agent;

import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ObservedState;
import dev.holdfast.reconcile.AppSettings;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of an app lie that its source does not track: asked of the engine until the app
 * has containers, whose labels say it and which all later ones carry on.
 */
final class ProjectDirectory implements Supplier<Path> {
  private final AppSettings settings;
  private final Engine engine;
  private volatile @Nullable Path known;

  ProjectDirectory(AppSettings settings, Engine engine) {
    this.settings = settings;
    this.engine = engine;
    this.known = settings.projectDirectory();
  }

  @Override
  public Path get() {
    Path already = known;
    return already == null ? ask() : already;
  }

  /** An engine that is away is met again by the look that needs it. */
  private Path ask() {
    try {
      ObservedState seen = engine.observe(settings.app(), null);
      Path found = settings.projectDirectory(seen);
      if (!seen.containers().isEmpty()) {
        known = found;
      }
      return found;
    } catch (EngineException e) {
      return settings.defaultProjectDirectory();
    }
  }
}
