package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every call to the engine passes here: under a deadline, over a session whose API version was
 * agreed with the engine, and with whatever goes wrong translated. {@code what} completes "could
 * not …".
 */
final class EngineClient {
  private static final int LONGEST_ERROR = 64 * 1024;

  /** It runs already, or it is stopped already. */
  private static final int ALREADY_SO = 304;

  private final DockerSettings settings;
  private final Calls calls = new Calls();
  private final ReentrantLock opening = new ReentrantLock();
  private @Nullable Session current;

  EngineClient(DockerSettings settings) {
    this.settings = settings;
  }

  DockerSettings.Deadlines deadlines() {
    return settings.deadlines();
  }

  int live() {
    return calls.live();
  }

  @Nullable Instant lastAway() {
    return calls.lastAway();
  }

  /** A question about the session itself. */
  <T> T lookAt(String what, Function<Session, T> question) {
    return calls.within(deadlines().look(), what, () -> inSession(question::apply));
  }

  /** A command whose answer says no more than that it was carried out; "already so" is success. */
  void command(String what, Command command) {
    command(what, deadlines().change(), command);
  }

  void command(String what, Duration deadline, Command command) {
    calls.within(
        deadline,
        what,
        () ->
            inSession(
                session -> {
                  try (DockerHttpClient.Response answer =
                      session.send(command.method(), command.path(), null, Map.of())) {
                    return answer.getStatusCode() == ALREADY_SO || readToItsEnd(answer);
                  }
                }));
  }

  /** A POST that changes something; the body may hang on the API version. */
  JsonNode post(String what, String path, Function<ApiVersion, JsonNode> body) {
    return post(what, deadlines().change(), path, body);
  }

  JsonNode post(String what, Duration deadline, String path, Function<ApiVersion, JsonNode> body) {
    return calls.within(
        deadline,
        what,
        () ->
            inSession(
                session -> {
                  try (DockerHttpClient.Response answer =
                      session.send(Method.POST, path, body.apply(session.version()), Map.of())) {
                    return Json.mapper().readTree(checked(answer).getBody());
                  }
                }));
  }

  /** A question. What is no JSON of more than a word must not be taken for an empty answer. */
  JsonNode get(String what, String path) {
    JsonNode answer = calls.within(deadlines().look(), what, () -> inSession(s -> s.get(path)));
    if (answer.isContainerNode()) {
      return answer;
    }
    throw noAnswer(what);
  }

  /** The same, of an answer that is a list: what is none must not be taken for an empty one. */
  ArrayNode list(String what, String path) {
    if (get(what, path) instanceof ArrayNode list) {
      return list;
    }
    throw noAnswer(what);
  }

  static EngineException noAnswer(String what) {
    return new EngineException.Ambiguous(
        "could not " + what + ": what the engine answered is not what was asked for", null);
  }

  /** A request whose answer flows: read on the call's own thread, ended by closing the call. */
  <T> Calls.Call<T> stream(String what, StreamRequest request, StreamReader<T> reader) {
    return calls.start(
        what,
        () ->
            inSession(
                session -> {
                  try (DockerHttpClient.Response answer =
                      session.send(
                          request.method(), request.path(), request.body(), request.headers())) {
                    return reader.read(checked(answer).getBody());
                  }
                }));
  }

  /** A request whose body flows. */
  Calls.Call<Boolean> upload(String what, Method method, String path, InputStream body) {
    return calls.start(
        what,
        () ->
            inSession(
                session -> {
                  try (DockerHttpClient.Response answer = session.send(method, path, body)) {
                    return readToItsEnd(answer);
                  }
                }));
  }

  /** A request after whose answer bytes go both ways, over a connection of its own. */
  <T> Calls.Call<T> upgrade(
      String what, String path, @Nullable JsonNode body, Conversation<T> conversation) {
    return calls.start(
        what,
        () ->
            inSession(
                session -> {
                  try (Upgraded connection =
                      Upgraded.post(what, settings, "/v" + session.version() + path, body)) {
                    return conversation.hold(connection);
                  }
                }));
  }

  @FunctionalInterface
  interface Conversation<T> {
    T hold(Upgraded connection) throws IOException, InterruptedException;
  }

  record StreamRequest(
      Method method, String path, @Nullable JsonNode body, Map<String, String> headers) {
    static StreamRequest get(String path) {
      return new StreamRequest(Method.GET, path, null, Map.of());
    }
  }

  @FunctionalInterface
  interface StreamReader<T> {
    T read(InputStream body) throws IOException, InterruptedException;
  }

  @FunctionalInterface
  private interface Work<T> {
    T in(Session session) throws IOException, InterruptedException;
  }

  private <T> T inSession(Work<T> work) throws IOException, InterruptedException {
    Session session = enter();
    try {
      return work.in(session);
    } catch (RuntimeException | IOException | InterruptedException e) {
      if (Failures.ofTheConnection(e)) {
        drop(session);
      }
      throw e;
    } finally {
      session.leave();
    }
  }

  private Session enter() throws IOException, InterruptedException {
    Session known = current();
    if (known != null && known.enter()) {
      return known;
    }
    // Whoever comes meanwhile takes what the first one opens. An engine that hangs holds up each of
    // them no longer than its own deadline, which interrupts it here too.
    opening.lockInterruptibly();
    try {
      Session now = current();
      if (now != null && now.enter()) {
        return now;
      }
      Session opened = Session.open(settings);
      opened.enter();
      replace(opened);
      return opened;
    } finally {
      opening.unlock();
    }
  }

  private synchronized @Nullable Session current() {
    return current;
  }

  private synchronized void replace(Session opened) {
    if (current != null) {
      current.retire();
    }
    current = opened;
  }

  private synchronized void drop(Session failed) {
    failed.retire();
    if (current == failed) {
      current = null;
    }
  }

  synchronized void close() {
    if (current != null) {
      current.retire();
      current = null;
    }
  }

  private static boolean readToItsEnd(DockerHttpClient.Response answer) throws IOException {
    checked(answer).getBody().transferTo(OutputStream.nullOutputStream());
    return true;
  }

  static DockerHttpClient.Response checked(DockerHttpClient.Response answer) throws IOException {
    int status = answer.getStatusCode();
    if (status >= 200 && status < 300) {
      return answer;
    }
    byte[] body = answer.getBody().readNBytes(LONGEST_ERROR);
    throw new Failures.Status(status, new String(body, StandardCharsets.UTF_8));
  }
}
