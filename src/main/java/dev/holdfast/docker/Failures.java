package dev.holdfast.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The one place where an engine's answer, or the lack of one, becomes a kind of {@link
 * EngineException}. What fails before the request can have left is Unreachable; what fails after
 * that is Ambiguous, because the engine may have done it.
 */
final class Failures {
  /**
   * The system's words for a unix socket that cannot be connected; what is cut later says "reset"
   * or "pipe".
   */
  private static final List<String> NOT_CONNECTED =
      List.of("no such file", "permission denied", "refused", "not a socket");

  private static final int NOT_IMPLEMENTED = 501;
  private static final int LONGEST = 2000;
  private static final int DEEPEST = 20;

  private Failures() {}

  /**
   * The cause of an {@link EngineException.Ambiguous} where the engine did answer, and with an
   * error of its own.
   */
  static final class ServerError extends RuntimeException {
    ServerError(String message) {
      super(message);
    }
  }

  /** What the engine answered instead of what was asked for. */
  static final class Status extends RuntimeException {
    private final int status;

    Status(int status, String body) {
      super(body);
      this.status = status;
    }
  }

  static EngineException translate(String what, Throwable failure) {
    return switch (failure) {
      case EngineException known -> known;
      case Status answer -> ofStatus(what, answer.status, message(answer.getMessage()));
      // Settings or an answer that make no sense: their own words say what to do.
      case IllegalArgumentException senseless ->
          new EngineException.Refused("could not " + what + ": " + senseless.getMessage());
      default -> ofConnection(what, failure);
    };
  }

  static EngineException ofStatus(String what, int status, String message) {
    String text = "could not " + what + ": " + message + Advice.on(message);
    if (Advice.isHostBroken(message)) {
      return new EngineException.HostBroken(text);
    }
    if (status == 404) {
      return new EngineException.NotFound(text);
    }
    if (status == 409) {
      return new EngineException.Conflict(text);
    }
    if (status >= 500 && status != NOT_IMPLEMENTED) {
      return new EngineException.Ambiguous(
          text + " (the engine answered " + status + ")", new ServerError(message));
    }
    return new EngineException.Refused(text);
  }

  /** The engine's own words: {@code {"message":"…"}}, or the body as it is. */
  static String message(@Nullable String body) {
    String text = body == null ? "" : body.strip();
    try {
      JsonNode message = Json.mapper().readTree(text).path("message");
      text = message.isTextual() ? message.asText() : text;
    } catch (JsonProcessingException e) {
      // A proxy's answer, or none: its words will do.
    }
    return text.isEmpty()
        ? "it gave no reason"
        : text.substring(0, Math.min(text.length(), LONGEST));
  }

  static boolean ofTheConnection(Throwable failure) {
    return !(failure instanceof Status) && !(failure instanceof EngineException);
  }

  private static EngineException ofConnection(String what, Throwable failure) {
    List<Throwable> causes =
        Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(DEEPEST).toList();
    Throwable root = causes.getLast();
    String text = "could not " + what + ": " + reason(root);
    if (causes.stream().noneMatch(Failures::neverSent)) {
      return new EngineException.Ambiguous(text, failure);
    }
    String hint =
        lower(root).contains("permission denied")
            ? "; run the agent as root or as a user of the group docker"
            : "";
    return new EngineException.Unreachable(text + hint, failure);
  }

  private static boolean neverSent(Throwable cause) {
    return switch (cause) {
      case ConnectException e -> true;
      case UnknownHostException e -> true;
      case NoRouteToHostException e -> true;
      case SSLException e ->
          lower(e).contains("handshake")
              || lower(e).contains("certificate")
              || lower(e).contains("certification");
      case SocketException e -> NOT_CONNECTED.stream().anyMatch(lower(e)::contains);
      default -> cause.getClass().getSimpleName().equals("ConnectTimeoutException");
    };
  }

  private static String lower(Throwable cause) {
    return String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
  }

  private static String reason(Throwable cause) {
    String message = cause.getMessage() == null ? "" : ": " + cause.getMessage();
    return "the connection to the engine failed ("
        + cause.getClass().getSimpleName()
        + message
        + ")";
  }
}
