package dev.holdfast.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gives the new text of a versions.yaml. */
interface VersionsEdit {
  /**
   * @throws CliException with code {@link CliException#USAGE} and a message with file, line and
   *     column where it cannot be edited
   */
  String apply(
      String file,
      String text,
      Map<String, String> services,
      @Nullable String version,
      @Nullable String commit);
}
