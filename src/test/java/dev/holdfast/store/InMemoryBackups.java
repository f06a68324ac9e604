package dev.holdfast.store;

import dev.holdfast.backup.Backups;
import dev.holdfast.backup.Draft;
import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Backups on the heap, which survive the agent's death as a disk does. The hooks run before and
 * after each durable write; what they throw cuts the agent off there.
 */
public final class InMemoryBackups implements Backups {
  private final SortedMap<String, byte[]> files = new TreeMap<>();
  private final SortedMap<String, Saved> notes = new TreeMap<>();
  private final Map<String, Operation> operations = new TreeMap<>();
  private Consumer<String> beforeWrite = what -> {};
  private Consumer<String> afterWrite = what -> {};
  private @Nullable String refusal;
  private boolean fills;

  public InMemoryBackups hooks(Consumer<String> before, Consumer<String> after) {
    beforeWrite = before;
    afterWrite = after;
    return this;
  }

  /** From now on there is no room, for this reason; null: there is again. */
  public void full(@Nullable String reason) {
    refusal = reason;
  }

  /** From now on there is room, until something is written. */
  public void fillsMeanwhile(boolean does) {
    fills = does;
  }

  /** Files that no note makes a backup. */
  public TreeSet<String> leftOver() {
    TreeSet<String> left = new TreeSet<>(files.keySet());
    left.removeAll(notes.keySet());
    return left;
  }

  public String text(Saved saved) {
    return new String(
        files.getOrDefault(key(saved.id(), saved.name()), new byte[0]), StandardCharsets.UTF_8);
  }

  /** Another byte on the disk than was written. */
  public void damage(Saved taken) {
    files.put(key(taken.id(), taken.name()), new byte[] {1});
  }

  private void write(String what, Runnable change) {
    beforeWrite.accept(what);
    change.run();
    afterWrite.accept(what);
  }

  private static String key(String id, String name) {
    return id + "/" + name;
  }

  @Override
  public List<Saved> all(String app) {
    return notes.values().stream()
        .sorted(Comparator.comparing(Saved::takenAt).thenComparing(Saved::id).reversed())
        .toList();
  }

  @Override
  public Draft draft(String app, String id, String name) {
    if (refusal != null) {
      throw new UncheckedIOException(new IOException(refusal));
    }
    return new HeapDraft(key(id, name));
  }

  @Override
  public InputStream open(Saved taken) {
    byte[] content = files.get(key(taken.id(), taken.name()));
    if (content == null || !Hashes.sha256(content).equals(taken.sha256())) {
      throw new UncheckedIOException(new IOException("its SHA-256 is another"));
    }
    return new ByteArrayInputStream(content);
  }

  @Override
  public void remove(Saved taken) {
    write("remove backup " + taken.name(), () -> notes.remove(key(taken.id(), taken.name())));
    files.remove(key(taken.id(), taken.name()));
  }

  @Override
  public void sweep(String app) {
    leftOver().forEach(files::remove);
  }

  @Override
  public Optional<Operation> operation(String app) {
    return Optional.ofNullable(operations.get(app));
  }

  @Override
  public void save(String app, Operation operation) {
    write("operation " + operation.phase(), () -> operations.put(app, operation));
  }

  private final class HeapDraft implements Draft {
    private final String key;
    private final ByteArrayOutputStream content = new ByteArrayOutputStream();
    private @Nullable String failure;

    HeapDraft(String key) {
      this.key = key;
    }

    private String temporary() {
      return key + ".tmp";
    }

    @Override
    public OutputStream sink() {
      return new FilterOutputStream(content) {
        @Override
        public void write(int value) throws IOException {
          if (fills) {
            failure = "could not write backup " + key + ": No space left on device";
            throw new IOException("No space left on device");
          }
          super.write(value);
        }
      };
    }

    @Override
    public @Nullable String failure() {
      return failure;
    }

    @Override
    public Written complete() {
      byte[] bytes = content.toByteArray();
      write("content of backup " + key, () -> files.put(temporary(), bytes));
      return new Written(bytes.length, bytes.length, Hashes.sha256(bytes));
    }

    @Override
    public InputStream content() {
      return new ByteArrayInputStream(files.getOrDefault(temporary(), new byte[0]));
    }

    @Override
    public void commit(Saved taken) {
      write(
          "note of backup " + key,
          () -> {
            files.put(key, files.remove(temporary()));
            notes.put(key, taken);
          });
    }

    /** A death leaves what is there; only an agent that lives clears up. */
    @Override
    public void close() {
      files.remove(temporary());
    }
  }
}
