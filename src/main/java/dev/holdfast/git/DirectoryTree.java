package dev.holdfast.git;

import dev.holdfast.compose.SourceTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The files of one look at a directory. A file that changed since is refused, not mixed in. */
record DirectoryTree(Path root, SortedMap<String, Tracked> files) implements SourceTree {
  @Override
  public Optional<byte[]> file(String path) {
    Tracked tracked = files.get(path);
    if (tracked == null) {
      return Optional.empty();
    }
    try {
      byte[] content = DirectorySource.read(root.resolve(path));
      if (Hashes.sha256(content).equals(tracked.sha256())) {
        return Optional.of(content);
      }
    } catch (IOException e) {
      throw new SourceException(
          "could not read " + path + " in " + root + " because " + DirectoryScan.reason(e), e);
    }
    throw new SourceException(
        "could not use "
            + path
            + " in "
            + root
            + " because it changed since it was looked at;"
            + " the next look takes it",
        null);
  }

  @Override
  public SortedMap<String, Tracked> under(String folder) {
    String prefix = Paths.prefix(folder);
    SortedMap<String, Tracked> below = new TreeMap<>();
    files.forEach(
        (path, tracked) -> {
          if (path.startsWith(prefix)) {
            below.put(path.substring(prefix.length()), tracked);
          }
        });
    return below;
  }
}
