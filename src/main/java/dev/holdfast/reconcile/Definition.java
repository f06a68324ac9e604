package dev.holdfast.reconcile;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.model.DesiredState.ReleaseName;
import dev.holdfast.model.Release;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hops 2 to 4: what an app's source, its files and the registries ask for now. It never throws for
 * what they say or do not say.
 */
public interface Definition {
  Look look();

  /**
   * @param target null while it is not known what is desired: then {@code problems} says why
   * @param kind of the problems: source, files or registry; null without any
   * @param warnings what a person should know and what stops nothing
   */
  record Look(
      @Nullable String revision,
      @Nullable String ref,
      @Nullable Target target,
      @Nullable String kind,
      List<String> problems,
      List<String> warnings) {
    public Look {
      problems = List.copyOf(problems);
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * A release with what is known of where it comes from: {@code composeFiles} are the files of the
   * source that it was read from, {@code tree} holds those that it mounts.
   */
  record Target(
      Release release,
      ReleaseName name,
      @Nullable String revision,
      @Nullable String ref,
      @Nullable Instant commitTime,
      List<String> composeFiles,
      SourceTree tree) {}
}
