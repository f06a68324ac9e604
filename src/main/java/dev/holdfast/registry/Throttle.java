package dev.holdfast.registry;

import dev.holdfast.registry.Http.Response;
import java.time.Duration;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps requests away from registries that asked for it or that fail.
 *
 * <p>A gate is closed for a whole registry when it cannot be reached or says that it is asked too
 * often, and for one repository when only an answer about that one went wrong, so that one broken
 * image never hides the others. A closed gate costs no request. It opens by itself; what then fails
 * again closes it for twice as long, what succeeds takes it away. Beside the gates each registry
 * has a {@link Budget}.
 */
final class Throttle {
  private static final Backoff UNAVAILABLE =
      new Backoff(Duration.ofSeconds(2), Duration.ofMinutes(5));
  private static final Backoff TOO_MANY =
      new Backoff(Duration.ofSeconds(30), Duration.ofMinutes(30));
  private final Ticks ticks;
  private final RandomGenerator random;
  private final Map<String, Gate> gates = new BoundedMap<>();
  private final Map<String, Budget> budgets = new BoundedMap<>();

  private record Gate(long until, int failures, String reason) {}

  Throttle(Ticks ticks, RandomGenerator random) {
    this.ticks = ticks;
    this.random = random;
  }

  /**
   * @throws RegistryException.TryLater where a gate is closed
   */
  synchronized void admit(String registry, String repository) {
    admit(registry, gates.get(registry));
    admit(registry, gates.get(registry + "/" + repository));
  }

  private void admit(String registry, @Nullable Gate gate) {
    if (gate != null && !ticks.passed(gate.until())) {
      throw later("did not ask " + registry + " because " + gate.reason(), gate.until());
    }
  }

  /**
   * @throws RegistryException.TryLater where the budget is spent
   */
  synchronized void spend(String registry) {
    Duration wait = budgets.computeIfAbsent(registry, name -> new Budget(ticks)).take();
    if (wait.isPositive()) {
      String limit = Budget.PER_SECOND + " requests a second";
      throw later(
          "did not ask " + registry + " because the agent keeps to " + limit, ticks.after(wait));
    }
  }

  synchronized void succeeded(String registry, String repository, Response answer) {
    gates.remove(registry + "/" + repository);
    gates.remove(registry);
    RetryHints.quota(answer)
        .ifPresent(
            wait -> gates.put(registry, new Gate(ticks.after(wait), 0, "its quota is used up")));
  }

  /** The registry cannot be reached at all. */
  synchronized long unreachable(String registry, String reason) {
    return close(registry, reason, UNAVAILABLE);
  }

  /** One repository's answer went wrong. */
  synchronized long failed(String registry, String repository, String reason) {
    return close(registry + "/" + repository, reason, UNAVAILABLE);
  }

  /** 429, or 503 with a time: the whole registry waits as long as it said, else ever longer. */
  synchronized RegistryException.TryLater tooMany(String registry, Response answer, String what) {
    String reason = "it answered " + answer.status() + " (asked too often)";
    long until =
        RetryHints.retryAfter(answer, ticks.wall().instant())
            .map(wait -> closeFor(registry, reason, vary(wait)))
            .orElseGet(() -> close(registry, reason, TOO_MANY));
    return later(what + " because " + registry + " answered " + answer.status(), until);
  }

  private Duration vary(Duration wait) {
    return wait.plusMillis((long) (wait.toMillis() * 0.1 * random.nextDouble()));
  }

  private long close(String key, String reason, Backoff backoff) {
    Gate before = gates.get(key);
    int failures = before == null ? 1 : before.failures() + 1;
    return put(key, failures, reason, backoff.after(failures, random));
  }

  private long closeFor(String key, String reason, Duration wait) {
    Gate before = gates.get(key);
    return put(key, before == null ? 1 : before.failures() + 1, reason, wait);
  }

  private long put(String key, int failures, String reason, Duration wait) {
    long until = ticks.after(wait);
    gates.put(key, new Gate(until, failures, reason));
    return until;
  }

  private RegistryException.TryLater later(String what, long until) {
    var instant = ticks.instantOf(until);
    return new RegistryException.TryLater(
        what + "; it is asked again after " + RetryHints.readable(instant), instant);
  }
}
