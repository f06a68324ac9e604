package dev.holdfast.store;

import dev.holdfast.compose.ContentHash;
import dev.holdfast.compose.SourceTree;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A source's files, put together in a test. */
final class FilesInMemory implements SourceTree {
  private final SortedMap<String, byte[]> files = new TreeMap<>();
  private final Set<String> executables = new HashSet<>();

  FilesInMemory with(String path, String content) {
    files.put(path, content.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  FilesInMemory withExecutable(String path, String content) {
    executables.add(path);
    return with(path, content);
  }

  @Override
  public Optional<byte[]> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public SortedMap<String, Tracked> under(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    SortedMap<String, Tracked> found = new TreeMap<>();
    files.forEach(
        (path, content) -> {
          if (path.startsWith(prefix)) {
            found.put(
                path.substring(prefix.length()),
                new Tracked(Hashes.sha256(content), executables.contains(path)));
          }
        });
    return found;
  }

  String hash(String path) {
    return ContentHash.of(this, path).orElseThrow();
  }
}
