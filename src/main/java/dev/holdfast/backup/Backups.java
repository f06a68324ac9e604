package dev.holdfast.backup;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * Where backups lie. A write that returned survives a power cut. What cannot be written or read is
 * an {@link java.io.UncheckedIOException} that says what to do.
 */
public interface Backups {
  /** Those that stand, newest first. */
  List<Saved> all(String app);

  default Optional<Saved> find(String app, String id, String name) {
    return all(app).stream()
        .filter(taken -> taken.id().equals(id) && taken.name().equals(name))
        .findFirst();
  }

  /**
   * A place for a new backup, with whatever is left of an earlier try removed. Looks first whether
   * there is room for it.
   *
   * @throws java.io.UncheckedIOException where there is not
   */
  Draft draft(String app, String id, String name);

  /**
   * The content of one that stands, as it was read, once its file has been found to be the one that
   * was noted.
   *
   * @throws java.io.UncheckedIOException where it is not, or cannot be read
   */
  InputStream open(Saved taken);

  void remove(Saved taken);

  /** Removes what tries that were cut off have left. Not while one is under way. */
  void sweep(String app);

  /** What a person asked for last. */
  Optional<Operation> operation(String app);

  void save(String app, Operation operation);
}
