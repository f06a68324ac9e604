package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Style;
import dev.holdfast.model.MountSpec;
import java.util.Optional;
import java.util.Set;

/** The keys under the top-level {@code volumes}: a service can mount these and no others. */
record DeclaredVolumes(Set<String> declared, Problems problems) {
  boolean has(String volume) {
    return declared.contains(volume);
  }

  Optional<MountSpec> mount(Scalar at, String path, String volume, MountSpec mount) {
    if (declared.contains(volume)) {
      return Optional.of(mount);
    }
    String name =
        at.style() == Style.INTERPOLATED
            ? "that its variables name"
            : "'" + Keys.shown(volume) + "'";
    problems.error(
        at.place(),
        path
            + " uses the volume "
            + name
            + ", which is not declared; add it under the top-level 'volumes:', or start a path with './'"
            + problems.hint(volume, declared));
    return Optional.empty();
  }
}
