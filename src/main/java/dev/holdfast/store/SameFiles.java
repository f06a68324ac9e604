package dev.holdfast.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What was read from files, given again while each is the very file that it was: what this agent
 * writes takes the place of another file, and what is changed in its place has another time.
 */
final class SameFiles<T> {
  private final int most;
  private final Map<Path, Known<T>> known = new LinkedHashMap<>();

  /**
   * @param most files whose values are kept
   */
  SameFiles(int most) {
    this.most = most;
  }

  private record Identity(@Nullable Object key, FileTime modified, long size) {}

  private record Known<T>(Identity identity, T value) {}

  Optional<T> value(Path file, Supplier<Optional<T>> read) {
    Identity before = identity(file);
    Optional<T> same = same(file, before);
    if (same.isPresent()) {
      return same;
    }
    Optional<T> value = read.get();
    remember(file, before, value);
    return value;
  }

  private synchronized Optional<T> same(Path file, @Nullable Identity now) {
    Known<T> last = known.get(file);
    return last != null && last.identity().equals(now)
        ? Optional.of(last.value())
        : Optional.empty();
  }

  private synchronized void remember(Path file, @Nullable Identity identity, Optional<T> value) {
    known.remove(file);
    if (identity == null || value.isEmpty()) {
      return;
    }
    if (known.size() >= most) {
      known.remove(known.keySet().iterator().next());
    }
    known.put(file, new Known<>(identity, value.get()));
  }

  /** Null where there is none, which whoever reads it finds out too. */
  private static @Nullable Identity identity(Path file) {
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new Identity(found.fileKey(), found.lastModifiedTime(), found.size());
    } catch (IOException e) {
      return null;
    }
  }
}
