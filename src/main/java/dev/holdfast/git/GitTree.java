package dev.holdfast.git;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.git.TreeListing.Entry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** The files of one commit. Only what is asked for is read; its hashes are remembered by blob. */
final class GitTree implements SourceTree {
  static final int MAX_FILE = 4 << 20;
  private static final int MAX_REMEMBERED = 50_000;

  /** Bytes of an app's definition that are kept while the source stays as it is. */
  private static final int MOST_KEPT = 64 << 10;

  private final ObjectReader reader;
  private final Map<String, byte[]> definition = new ConcurrentHashMap<>();
  private final SortedMap<String, Entry> files;
  private final Map<String, String> sha256ByBlob;
  private final Runnable damaged;

  /**
   * @param sha256ByBlob shared by the trees of one source
   * @param damaged called where the local copy cannot be read, so that it is made anew
   */
  GitTree(
      ObjectReader reader,
      SortedMap<String, Entry> files,
      Map<String, String> sha256ByBlob,
      Runnable damaged) {
    this.reader = reader;
    this.files = files;
    this.sha256ByBlob = sha256ByBlob;
    this.damaged = damaged;
  }

  @Override
  public Optional<byte[]> file(String path) {
    Entry entry = files.get(path);
    if (entry == null) {
      return Optional.empty();
    }
    requireSmall(path, entry);
    byte[] known = definition.get(entry.id());
    return Optional.of(known == null ? read(path, entry) : known.clone());
  }

  /** Those that say what the app is are read together, by one process, and kept. */
  private byte[] read(String path, Entry entry) {
    List<String> ids = new ArrayList<>(List.of(entry.id()));
    boolean kept = isDefinition(path, entry);
    if (kept && definition.isEmpty()) {
      int bytes = (int) entry.size();
      for (Map.Entry<String, Entry> other : files.entrySet()) {
        if (isDefinition(other.getKey(), other.getValue())
            && !ids.contains(other.getValue().id())
            && bytes + other.getValue().size() <= MOST_KEPT) {
          ids.add(other.getValue().id());
          bytes += (int) other.getValue().size();
        }
      }
    }
    Map<String, byte[]> contents = new HashMap<>();
    read(path, ids, contents::put);
    if (kept && definition.isEmpty()) {
      definition.putAll(contents);
    }
    return Objects.requireNonNull(contents.get(entry.id())).clone();
  }

  private static boolean isDefinition(String path, Entry entry) {
    boolean named = path.endsWith(".yaml") || path.endsWith(".yml") || path.endsWith(".env");
    return named && !path.contains("/") && entry.size() <= MOST_KEPT / 2;
  }

  @Override
  public SortedMap<String, Tracked> under(String folder) {
    String prefix = Paths.prefix(folder);
    SortedMap<String, Entry> below = new TreeMap<>();
    files.forEach(
        (path, entry) -> {
          if (path.startsWith(prefix)) {
            requireSmall(path, entry);
            below.put(path.substring(prefix.length()), entry);
          }
        });
    hash(folder, below);
    SortedMap<String, Tracked> tracked = new TreeMap<>();
    below.forEach(
        (path, entry) -> tracked.put(path, new Tracked(hashOf(entry), entry.executable())));
    return tracked;
  }

  private void hash(String folder, SortedMap<String, Entry> below) {
    if (sha256ByBlob.size() > MAX_REMEMBERED) {
      sha256ByBlob.clear();
    }
    List<String> unknown =
        below.values().stream()
            .map(Entry::id)
            .distinct()
            .filter(id -> !sha256ByBlob.containsKey(id))
            .toList();
    if (!unknown.isEmpty()) {
      read(folder, unknown, (id, bytes) -> sha256ByBlob.put(id, Hashes.sha256(bytes)));
    }
  }

  private String hashOf(Entry entry) {
    return Objects.requireNonNull(sha256ByBlob.get(entry.id()));
  }

  private void read(String path, List<String> ids, ObjectReader.Sink sink) {
    try {
      reader.blobs(ids, MAX_FILE, sink);
    } catch (GitException e) {
      damaged.run();
      throw new SourceException(
          "could not read '" + path + "' because " + e.reason() + "; it is fetched anew", e);
    }
  }

  private static void requireSmall(String path, Entry entry) {
    if (entry.size() > MAX_FILE) {
      throw new SourceException(
          "could not use '"
              + path
              + "' because it has "
              + (entry.size() >> 20)
              + " MiB and a configuration file may have "
              + (MAX_FILE >> 20)
              + "; put large files into an image or a volume",
          null);
    }
  }
}
