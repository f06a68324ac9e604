package dev.holdfast.git;

import dev.holdfast.compose.SourceTree.Tracked;
import dev.holdfast.git.DirectoryFiles.State;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads files while others may write them. Their states are taken before and after they are read,
 * and only where nothing moved between the two, and nothing had moved just before, is what was read
 * one moment's content; else it is read again, and after some tries it has failed.
 */
final class Still {
  private static final int TRIES = 20;
  private static final Duration PAUSE = Duration.ofMillis(60);

  private Still() {}

  record Seen(State state, String sha256) {
    Tracked tracked() {
      return new Tracked(sha256, state.executable());
    }
  }

  /** What {@link #read} gives: a file with its content. */
  static final class Content {
    private final Tracked tracked;
    private final byte[] bytes;

    private Content(State state, byte[] bytes) {
      this.tracked = new Tracked(Hashes.sha256(bytes), state.executable());
      this.bytes = bytes;
    }

    Tracked tracked() {
      return tracked;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /**
   * The files of these paths as they are together at one moment, those left out that are no regular
   * file, too large for a configuration or not the agent's to read.
   *
   * @param known what earlier looks saw; a file whose size, times and inode are still those is not
   *     read again
   * @throws SourceException where they do not stop changing
   */
  static SortedMap<String, Seen> look(Path root, Collection<String> paths, Map<String, Seen> known)
      throws IOException {
    for (int i = 0; i < TRIES; i++) {
      try {
        SortedMap<String, State> before = states(root, paths);
        if (anyYoung(before.values()).isEmpty()) {
          SortedMap<String, Seen> seen = hash(root, before, known);
          if (before.equals(states(root, paths))) {
            return seen;
          }
        }
        pause(root);
      } catch (NoSuchFileException e) {
        pause(root);
      }
    }
    throw moving(root, anyYoung(states(root, paths).values()).orElse("its files"));
  }

  /** One file with its content; empty where there is no regular file. */
  static Optional<Content> read(Path root, String path) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      Optional<State> before = DirectoryFiles.state(root, path);
      if (before.isEmpty()) {
        return Optional.empty();
      }
      requireSmall(root, path, before.get());
      if (!before.get().young(System.currentTimeMillis())) {
        byte[] content = DirectoryFiles.read(root, before.get());
        if (before.equals(DirectoryFiles.state(root, path))) {
          return Optional.of(new Content(before.get(), content));
        }
      }
      pause(root);
    }
    throw moving(root, path);
  }

  private static void requireSmall(Path root, String path, State state) {
    if (state.size() > GitTree.MAX_FILE) {
      throw new SourceException(
          "could not use "
              + root.resolve(path)
              + " because it has "
              + (state.size() >> 20)
              + " MiB and a configuration file may have "
              + (GitTree.MAX_FILE >> 20),
          null);
    }
  }

  private static SortedMap<String, State> states(Path root, Collection<String> paths)
      throws IOException {
    SortedMap<String, State> states = new TreeMap<>();
    for (String path : paths) {
      readable(() -> DirectoryFiles.state(root, path))
          .filter(state -> state.size() <= GitTree.MAX_FILE)
          .ifPresent(state -> states.put(path, state));
    }
    return states;
  }

  private interface Reading<T> {
    Optional<T> read() throws IOException;
  }

  /** What may not be read is told when somebody asks for it; until then it is not the app's. */
  private static <T> Optional<T> readable(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (AccessDeniedException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> anyYoung(Collection<State> states) {
    long now = System.currentTimeMillis();
    return states.stream().filter(state -> state.young(now)).map(State::real).findFirst();
  }

  private static SortedMap<String, Seen> hash(
      Path root, SortedMap<String, State> states, Map<String, Seen> known) throws IOException {
    SortedMap<String, Seen> seen = new TreeMap<>();
    for (Map.Entry<String, State> file : states.entrySet()) {
      State state = file.getValue();
      Optional<Seen> before =
          Optional.ofNullable(known.get(file.getKey())).filter(old -> old.state().equals(state));
      (before.isPresent() ? before : readable(() -> hash(root, state)))
          .ifPresent(now -> seen.put(file.getKey(), now));
    }
    return seen;
  }

  private static Optional<Seen> hash(Path root, State state) throws IOException {
    return Optional.of(new Seen(state, Hashes.sha256(DirectoryFiles.read(root, state))));
  }

  private static void pause(Path root) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SourceException("could not read " + root + " because the agent is stopping", e);
    }
  }

  private static SourceException moving(Path root, String what) {
    return new SourceException(
        "could not read "
            + root
            + " because "
            + what
            + " changes while it is read; let whoever writes it finish, and if that is a service,"
            + " mount the folder that the file is in, not the file",
        null);
  }
}
