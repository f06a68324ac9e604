package dev.holdfast.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a tag that moves has pointed. It is followed forward at once; back to what it was moved
 * away from before, as a registry that flaps or a stale mirror makes it, only once it has stood
 * there.
 *
 * @param current what is taken for it now
 * @param replaced what it pointed to before, newest last
 * @param back what it points to again, and is not followed to yet; or null
 * @param followAt when it is followed all the same
 */
public record TagHistory(
    String current, List<String> replaced, @Nullable String back, @Nullable Instant followAt) {
  private static final int MOST = 20;

  public TagHistory {
    replaced = List.copyOf(replaced);
  }

  public static TagHistory first(String resolved) {
    return new TagHistory(resolved, List.of(), null, null);
  }

  /**
   * @param resolved what the registry says now
   * @param settle how long it must stand where it stood before
   */
  public TagHistory next(String resolved, Instant now, Duration settle) {
    if (resolved.equals(current)) {
      return back == null ? this : new TagHistory(current, replaced, null, null);
    }
    if (!replaced.contains(resolved) || settle.isZero()) {
      return moved(resolved);
    }
    if (!resolved.equals(back) || followAt == null) {
      return new TagHistory(current, replaced, resolved, now.plus(settle));
    }
    // A clock that was set back must not make it wait for longer than it was to.
    boolean stood = !now.isBefore(followAt) || followAt.isAfter(now.plus(settle));
    return stood ? moved(resolved) : this;
  }

  private TagHistory moved(String to) {
    List<String> before =
        Stream.concat(replaced.stream(), Stream.of(current))
            .filter(Objects::nonNull)
            .filter(r -> !r.equals(to))
            .distinct()
            .toList();
    return new TagHistory(
        to, before.subList(Math.max(0, before.size() - MOST), before.size()), null, null);
  }
}
