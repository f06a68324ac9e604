package dev.holdfast.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Bearer tokens by registry and repository, each until shortly before it expires. */
final class TokenCache {
  private static final Duration LONGEST = Duration.ofHours(1);
  private final Ticks ticks;
  private final Map<String, Token> tokens = new BoundedMap<>();

  private record Token(String value, long until) {
    @Override
    public String toString() {
      return "Token[***]";
    }
  }

  TokenCache(Ticks ticks) {
    this.ticks = ticks;
  }

  synchronized Optional<String> get(String registry, String repository) {
    Token token = tokens.get(registry + "/" + repository);
    return token == null || ticks.passed(token.until())
        ? Optional.empty()
        : Optional.of(token.value());
  }

  /** A tenth of its life, at most ten seconds, is left for the way and for clocks that differ. */
  synchronized void put(String registry, String repository, String value, Duration life) {
    Duration held = life.compareTo(LONGEST) > 0 ? LONGEST : life;
    long margin = Math.min(held.toMillis() / 10, 10_000);
    tokens.put(
        registry + "/" + repository, new Token(value, ticks.after(held.minusMillis(margin))));
  }

  synchronized void forget(String registry, String repository) {
    tokens.remove(registry + "/" + repository);
  }
}
