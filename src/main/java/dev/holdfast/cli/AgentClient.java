package dev.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The agent as a command sees it: JSON in, JSON out, and errors in words with their exit code. */
final class AgentClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A diff looks at source, registry and engine anew. */
  private static final Duration LONG_PATIENCE = Duration.ofMinutes(2);

  private static final Duration LONGEST_PATIENCE = Duration.ofMinutes(40);

  private final Path socket;

  AgentClient(Path socket) {
    this.socket = socket;
  }

  /** Takes a stream while it comes. */
  interface Reader {
    void read(InputStream in) throws IOException;
  }

  JsonNode get(String what, String path) {
    return json(what, "GET", path, null, PATIENCE);
  }

  JsonNode getSlowly(String what, String path) {
    return json(what, "GET", path, null, LONG_PATIENCE);
  }

  JsonNode post(String what, String path, Map<String, ?> body) {
    return json(what, "POST", path, JsonText.object(body), PATIENCE);
  }

  /** What is no JSON, whole. */
  String text(String what, String path) {
    try (UnixHttp.Answer answer = UnixHttp.send(socket, "GET", path, null, PATIENCE)) {
      checkStatus(what, answer);
      return new String(answer.bytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /** Runs containers, one after the other. */
  JsonNode postSlowly(String what, String path, Map<String, ?> body) {
    return json(what, "POST", path, JsonText.object(body), LONGEST_PATIENCE);
  }

  void stream(String what, String path, Duration patience, Reader reader) {
    try (UnixHttp.Answer answer = UnixHttp.send(socket, "GET", path, null, PATIENCE)) {
      checkStatus(what, answer);
      answer.patience(patience);
      reader.read(answer.body());
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /** A connection at whose other end is a container; the caller closes it. */
  ShellWire shell(String what, String app, String wish) {
    String target = "/api/v1/apps/" + segment(app) + "/shell";
    try {
      return switch (UnixHttp.upgrade(socket, target, ShellWire.PROTOCOL, PATIENCE)) {
        case UnixHttp.Upgrade.Taken taken -> {
          taken.wire().open(wish);
          yield taken.wire();
        }
        case UnixHttp.Upgrade.Refused refused -> {
          try (UnixHttp.Answer answer = refused.answer()) {
            throw new CliException(
                CliException.FAILED, "could not " + what + " because " + detail(answer));
          }
        }
      };
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  /** A name as one segment of a path, whatever is in it. */
  static String segment(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
  }

  private JsonNode json(
      String what, String method, String path, @Nullable String body, Duration patience) {
    try (UnixHttp.Answer answer = UnixHttp.send(socket, method, path, body, patience)) {
      checkStatus(what, answer);
      return JsonText.read(answer.bytes());
    } catch (IOException e) {
      throw noAnswer(e);
    }
  }

  private static void checkStatus(String what, UnixHttp.Answer answer) throws IOException {
    if (answer.status() >= 300) {
      throw new CliException(
          CliException.FAILED, "could not " + what + " because " + detail(answer));
    }
  }

  private static String detail(UnixHttp.Answer answer) throws IOException {
    byte[] body = answer.bytes();
    try {
      String detail = JsonText.read(body).path("detail").asText();
      if (!detail.isEmpty()) {
        return detail;
      }
    } catch (IOException e) {
      return "the agent answered " + answer.status() + " and no reason";
    }
    return "the agent answered " + answer.status() + " and no reason";
  }

  private CliException noAnswer(IOException e) {
    String message = "could not reach the agent at " + socket + " because " + reason(e);
    return new CliException(CliException.NO_AGENT, message);
  }

  private String reason(IOException e) {
    if (e instanceof SocketTimeoutException) {
      return "it does not answer (" + e.getMessage() + "); look at its log: journalctl -u holdfast";
    }
    // Not `!exists`: who may not look into the folder does not know either.
    if (Files.notExists(socket)) {
      return "there is no such socket; start the agent (systemctl start holdfast), or name its"
          + " socket with --socket or $HOLDFAST_SOCKET";
    }
    if (e instanceof AccessDeniedException
        || String.valueOf(e.getMessage()).contains("ermission denied")) {
      return "permission is denied; run this as root or as a user of the socket's group (adduser USER"
          + " holdfast, then log in anew)";
    }
    if (String.valueOf(e.getMessage()).contains("refused")) {
      return "nobody answers there; start the agent: systemctl start holdfast";
    }
    return e.getMessage() + "; look at its log: journalctl -u holdfast";
  }
}
