package dev.holdfast.reconcile;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What somebody asks for who wants to sit at a container.
 *
 * @param release null: the desired one where it failed, else the one that runs
 * @param command empty: a shell; else what the image's entrypoint is given, as {@code docker
 *     compose run} does
 * @param terminal whether it gets one, of so many {@code rows} and {@code columns}; 0: unknown
 * @param migration with the variables that the service's migration gets beside its own
 */
public record ShellWish(
    String service,
    @Nullable String release,
    List<String> command,
    boolean terminal,
    int rows,
    int columns,
    boolean migration) {
  public ShellWish {
    command = List.copyOf(command);
  }
}
