package dev.holdfast.compose;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All binds of an app from its project directory. A container that may write a folder can put a
 * symbolic link into it, at any moment between the check of a mount and its use; so that nothing
 * inside of a folder that is mounted writable may be the source of another mount.
 */
final class NestedBinds {
  private record Seen(BindSources.Request bind, String path) {}

  private final List<Seen> all = new ArrayList<>();
  private final Map<String, String> writable = new LinkedHashMap<>();

  /** {@code path} as seen from the project directory. */
  void add(BindSources.Request bind, String path) {
    all.add(new Seen(bind, path));
    if (!bind.readOnly()) {
      writable.putIfAbsent(path, bind.path());
    }
  }

  /** Once all services are read. */
  void refuse(Problems problems) {
    for (Seen seen : all) {
      writerAbove(seen.path())
          .ifPresent(
              writer ->
                  problems.error(
                      seen.bind().at().place(),
                      seen.bind().path()
                          + ": the source lies inside of the folder that "
                          + writer
                          + " mounts writable; who writes there could put a link to the server's"
                          + " own files in its place: mount that folder itself, mount it"
                          + " read-only there, or move this one out of it"));
    }
  }

  private Optional<String> writerAbove(String path) {
    String folder = path;
    while (!folder.isEmpty()) {
      folder = SourcePaths.folderOf(folder);
      if (writable.containsKey(folder)) {
        return Optional.of(writable.get(folder));
      }
    }
    return Optional.empty();
  }
}
