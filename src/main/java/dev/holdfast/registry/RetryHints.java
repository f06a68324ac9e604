package dev.holdfast.registry;

import dev.holdfast.registry.Http.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an answer says about when to come back: Retry-After (RFC 9110 §10.2.3) and Docker Hub's
 * quota headers, as {@code ratelimit-remaining: 3;w=21600}. Held between a second and an hour:
 * nobody may switch the agent off with a header.
 */
final class RetryHints {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofHours(1);
  private static final Pattern QUOTA =
      Pattern.compile("([0-9]{1,9})\\s*(?:;.*?\\bw=([0-9]{1,9}))?.*");

  private RetryHints() {}

  static Optional<Duration> retryAfter(Response answer, Instant now) {
    return answer.first("Retry-After").flatMap(text -> wait(text, now)).map(RetryHints::held);
  }

  private static Optional<Duration> wait(String text, Instant now) {
    if (text.matches("[0-9]{1,10}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(now, date));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static Duration held(Duration wait) {
    Duration atLeast = wait.compareTo(LEAST) < 0 ? LEAST : wait;
    return atLeast.compareTo(MOST) > 0 ? MOST : atLeast;
  }

  /**
   * A pause before the next request where the quota is used up (a twentieth of its window, a minute
   * to a quarter of an hour) or nearly so (a minute, a tenth being left).
   */
  static Optional<Duration> quota(Response answer) {
    Optional<Matcher> remaining = answer.first("ratelimit-remaining").flatMap(RetryHints::quota);
    if (remaining.isEmpty()) {
      return Optional.empty();
    }
    long left = Long.parseLong(remaining.get().group(1));
    if (left == 0) {
      String window = remaining.get().group(2);
      long seconds = window == null ? 300 : Long.parseLong(window) / 20;
      return Optional.of(Duration.ofSeconds(Math.clamp(seconds, 60, 900)));
    }
    long limit =
        answer
            .first("ratelimit-limit")
            .flatMap(RetryHints::quota)
            .map(matcher -> Long.parseLong(matcher.group(1)))
            .orElse(0L);
    return left * 10 <= limit ? Optional.of(Duration.ofMinutes(1)) : Optional.empty();
  }

  private static Optional<Matcher> quota(String text) {
    Matcher matcher = QUOTA.matcher(text);
    return matcher.matches() ? Optional.of(matcher) : Optional.empty();
  }

  static String readable(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
