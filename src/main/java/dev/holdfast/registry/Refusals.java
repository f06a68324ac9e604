package dev.holdfast.registry;

import dev.holdfast.registry.Registry.Credentials;
import dev.holdfast.registry.RegistryException.Unauthorized;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Credentials that were refused are not sent again, or the registry locks the address out: not for
 * minutes, later hours, and at once when they change. A login that is wrong counts for the whole
 * registry, one that merely may not read a repository for that repository.
 */
final class Refusals {
  private static final Backoff WRONG_LOGIN =
      new Backoff(Duration.ofMinutes(5), Duration.ofHours(1));
  private static final Backoff NOT_ALLOWED =
      new Backoff(Duration.ofMinutes(1), Duration.ofMinutes(30));
  private final Ticks ticks;
  private final RandomGenerator random;
  private final Map<String, Refusal> refusals = new BoundedMap<>();

  private record Refusal(Optional<Credentials> refused, long until, int failures, String message) {}

  Refusals(Ticks ticks, RandomGenerator random) {
    this.ticks = ticks;
    this.random = random;
  }

  /**
   * @param now read only where a refusal is in force
   * @throws Unauthorized where what was refused would only be sent again
   */
  void check(String registry, String repository, Supplier<Optional<Credentials>> now) {
    Refusal wrongLogin = inForce(registry);
    Refusal notAllowed = inForce(registry + "/" + repository);
    if (wrongLogin == null && notAllowed == null) {
      return;
    }
    Optional<Credentials> current = now.get();
    check(registry, wrongLogin, current);
    check(registry + "/" + repository, notAllowed, current);
  }

  private void check(String key, @Nullable Refusal refusal, Optional<Credentials> current) {
    if (refusal == null) {
      return;
    }
    if (refusal.refused().equals(current)) {
      throw new Unauthorized(
          refusal.message()
              + " (not asked again before "
              + RetryHints.readable(ticks.instantOf(refusal.until()))
              + " unless the credentials change)");
    }
    forget(key);
  }

  private synchronized @Nullable Refusal inForce(String key) {
    Refusal refusal = refusals.get(key);
    return refusal == null || ticks.passed(refusal.until()) ? null : refusal;
  }

  private synchronized void forget(String key) {
    refusals.remove(key);
  }

  synchronized void succeeded(String registry, String repository) {
    refusals.remove(registry);
    refusals.remove(registry + "/" + repository);
  }

  Unauthorized wrongLogin(String registry, Optional<Credentials> used, String message) {
    return refuse(registry, used, message, WRONG_LOGIN);
  }

  Unauthorized notAllowed(
      String registry, String repository, Optional<Credentials> used, String message) {
    return refuse(registry + "/" + repository, used, message, NOT_ALLOWED);
  }

  private synchronized Unauthorized refuse(
      String key, Optional<Credentials> used, String message, Backoff backoff) {
    Refusal before = refusals.get(key);
    int failures = before != null && before.refused().equals(used) ? before.failures() + 1 : 1;
    long until = ticks.after(backoff.after(failures, random));
    refusals.put(key, new Refusal(used, until, failures, message));
    return new Unauthorized(message);
  }
}
