package dev.holdfast.reconcile;

import dev.holdfast.model.Memory;
import dev.holdfast.model.TagHistory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Follows tags and ranges that move in a registry, but not back to where they were before until
 * they have stood there. What git says is followed at once: another tag in versions.yaml is looked
 * up under another text. It remembers over a restart of the agent.
 */
public final class SettledTags {
  private final AppMemory memory;
  private final Time time;
  private final Duration settle;

  public SettledTags(AppMemory memory, Time time, Duration settle) {
    this.memory = memory;
    this.time = time;
    this.settle = settle;
  }

  /**
   * @param wish what is looked up: a tag, or a range
   * @param resolved what the registry answered
   * @return what is to be taken for it, and what is to be said about that
   */
  Settled settled(String wish, String resolved) {
    Instant now = time.now();
    TagHistory known =
        memory
            .change(m -> m.withTag(wish, next(m.tags().get(wish), resolved, now)))
            .tags()
            .get(wish);
    TagHistory history = Objects.requireNonNull(known);
    return new Settled(history.current(), notice(wish, history));
  }

  record Settled(String resolved, @Nullable String notice) {}

  private TagHistory next(@Nullable TagHistory known, String resolved, Instant now) {
    return known == null ? TagHistory.first(resolved) : known.next(resolved, now, settle);
  }

  /** What a person should know of the tags that are not followed now. */
  static List<String> notices(Memory memory) {
    return memory.tags().entrySet().stream()
        .map(entry -> notice(entry.getKey(), entry.getValue()))
        .filter(Objects::nonNull)
        .toList();
  }

  private static @Nullable String notice(String wish, TagHistory history) {
    return history.back() == null
        ? null
        : "image "
            + wish
            + " points again to "
            + history.back()
            + ", which it was moved away from before; it is not followed until it has stood there"
            + " until "
            + history.followAt()
            + " (settle)";
  }
}
