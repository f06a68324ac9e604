package dev.holdfast.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a container's own account tells beside what a look shows; asked for while its health is
 * waited for.
 *
 * @param checkup null where it has no healthcheck
 * @param finishedAt when its last life ended; null while it never did
 */
public record Vitals(
    @Nullable Checkup checkup, @Nullable Instant startedAt, @Nullable Instant finishedAt) {
  public static final Vitals UNKNOWN = new Vitals(null, null, null);
}
