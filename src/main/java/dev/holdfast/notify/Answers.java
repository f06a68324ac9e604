package dev.holdfast.notify;

import dev.holdfast.notify.Http.Answer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.MalformedURLException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What an answer, or that there is none, means for the message. No text that comes from here names
 * the receiver's address.
 */
final class Answers {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofHours(1);
  private static final int QUOTED = 120;

  private Answers() {}

  /**
   * @param secret an address or a token, no part of which is quoted from an answer that reflects it
   */
  static Outcome of(Answer answer, String secret) {
    int status = answer.status();
    if (answer.ok()) {
      return new Outcome.Delivered();
    }
    String why = "it answered " + status + quoted(answer.body(), secret);
    if (status == 429 || status == 408 || status == 425 || status >= 500) {
      return new Outcome.Later(why, true, retryAfter(answer.retryAfter()));
    }
    if (status >= 300 && status < 400) {
      return new Outcome.Later(
          why + ", a redirect, which is not followed; correct the address", false, null);
    }
    // Who may not now may perhaps once the token's file is put right.
    return status == 401 || status == 403 || status == 404
        ? new Outcome.Later(
            why + "; check address and token", false, retryAfter(answer.retryAfter()))
        : new Outcome.Never(why);
  }

  static Outcome failed(IOException e) {
    return new Outcome.Later(reason(e), true, null);
  }

  /** A file with a secret cannot be read; its text names the file alone. */
  static Outcome failed(UncheckedIOException e) {
    return new Outcome.Later(String.valueOf(e.getMessage()), true, null);
  }

  static String reason(IOException e) {
    return switch (e) {
      case MalformedURLException _ -> "its address is not an http or https URL";
      case UnknownHostException _ -> "its host has no address in the DNS";
      case ConnectException _ -> "the connection was refused";
      case NoRouteToHostException _ -> "there is no route to it";
      case SocketTimeoutException _ -> "it did not answer in time";
      case InterruptedIOException _ -> "the agent is stopping";
      case SSLException _ -> "TLS failed; check its certificate and the address";
      default -> "the answer broke off (" + e.getClass().getSimpleName() + ")";
    };
  }

  private static String quoted(String body, String secret) {
    String line = Texts.line(body, QUOTED);
    boolean reflects =
        Arrays.stream(secret.split("[/?&=]+")).anyMatch(p -> p.length() >= 6 && body.contains(p));
    return line.isEmpty() || line.startsWith("<") || reflects ? "" : " (" + line + ")";
  }

  private static @Nullable Duration retryAfter(@Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.strip().matches("[0-9]{1,9}")) {
      return held(Duration.ofSeconds(Long.parseLong(text.strip())));
    }
    try {
      Instant at =
          ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return held(Duration.between(Instant.now(), at));
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Nobody may switch the agent off with a header. */
  private static Duration held(Duration wait) {
    Duration atLeast = wait.compareTo(LEAST) < 0 ? LEAST : wait;
    return atLeast.compareTo(MOST) > 0 ? MOST : atLeast;
  }
}
