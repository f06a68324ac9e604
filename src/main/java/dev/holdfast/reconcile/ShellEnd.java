package dev.holdfast.reconcile;

import org.jspecify.annotations.Nullable;

/**
 * How a shell ended.
 *
 * @param exitStatus of the command; null where it did not end by itself
 * @param reason why not; null where it did
 */
public record ShellEnd(@Nullable Integer exitStatus, @Nullable String reason) {
  static ShellEnd because(String reason) {
    return new ShellEnd(null, reason);
  }
}
