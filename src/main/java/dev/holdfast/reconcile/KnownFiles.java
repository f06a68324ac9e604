package dev.holdfast.reconcile;

import dev.holdfast.compose.ComposeLoader;
import dev.holdfast.compose.LoadRequest;
import dev.holdfast.compose.LoadResult;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an app's files say. They say the same as long as the snapshot, the variables and each file
 * of the server that they asked for are the same, so they are read anew only where one of these is
 * not: else a third of a look at which nothing changed would go into it. A file of the server is
 * compared by its content, because a time of change misses what is written twice within its
 * resolution.
 *
 * <p>For the requests of one app under one configuration, by one thread at a time.
 */
final class KnownFiles {
  private @Nullable Read last;

  /**
   * @param variables those that the files see
   * @param files the Compose files, in the order of merging
   */
  record Read(
      LoadRequest request,
      ServerReads server,
      LoadResult result,
      Map<String, String> variables,
      List<String> files) {
    /** A source gives the very tree of the last look where nothing in it changed. */
    @SuppressWarnings("ReferenceEquality")
    private boolean holdsFor(LoadRequest asked) {
      return request.tree() == asked.tree()
          && request.variables().equals(asked.variables())
          && server.sayTheSame();
    }

    /** Without the variables, which are secrets. */
    @Override
    public String toString() {
      return "Read[" + request + "]";
    }
  }

  Read read(LoadRequest request) {
    Read known = last;
    if (known == null || !known.holdsFor(request)) {
      last = null;
      known = anew(request);
      last = known;
    }
    return known;
  }

  private static Read anew(LoadRequest request) {
    ServerReads server = new ServerReads(request.serverFiles());
    LoadRequest noted = request.withServerFiles(server);
    LoadResult result = ComposeLoader.load(noted);
    boolean loaded = result instanceof LoadResult.Loaded;
    return new Read(
        noted,
        server,
        result,
        loaded ? ComposeLoader.variables(noted) : Map.of(),
        loaded ? ComposeLoader.files(noted) : List.of());
  }

  /** Notes what each file of the server held, or that there was none. */
  private static final class ServerReads implements Function<String, Optional<byte[]>> {
    private final Function<String, Optional<byte[]>> files;
    private final Map<String, Optional<ByteBuffer>> seen = new HashMap<>();
    private boolean moved;

    ServerReads(Function<String, Optional<byte[]>> files) {
      this.files = files;
    }

    @Override
    public Optional<byte[]> apply(String path) {
      Optional<byte[]> bytes = files.apply(path);
      Optional<ByteBuffer> now = bytes.map(ByteBuffer::wrap);
      Optional<ByteBuffer> before = seen.put(path, now);
      moved |= before != null && !before.equals(now);
      return bytes;
    }

    /** One that changed while it was read is never the same again. */
    boolean sayTheSame() {
      return !moved
          && seen.entrySet().stream()
              .allMatch(
                  file -> files.apply(file.getKey()).map(ByteBuffer::wrap).equals(file.getValue()));
    }
  }
}
