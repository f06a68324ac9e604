package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every call to the engine passes here: under a deadline, over a session whose API version was
 * agreed with the engine, and with whatever goes wrong translated. {@code what} completes "could
 * not …".
 */
final class EngineClient {
  private static final int LONGEST_ERROR = 64 * 1024;

  private final DockerSettings settings;
  private final Calls calls = new Calls();
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

  /** A question. */
  <T> T look(String what, Function<DockerClient, T> question) {
    return calls.within(
        deadlines().look(), what, () -> inSession(session -> question.apply(session.client())));
  }

  /** A question about the session itself. */
  <T> T lookAt(String what, Function<Session, T> question) {
    return calls.within(deadlines().look(), what, () -> inSession(question::apply));
  }

  /** A command without an answer; "already so" is success. */
  void change(String what, Consumer<DockerClient> command) {
    change(what, deadlines().change(), command);
  }

  void change(String what, Duration deadline, Consumer<DockerClient> command) {
    calls.within(
        deadline,
        what,
        () ->
            inSession(
                session -> {
                  unlessAlreadySo(() -> command.accept(session.client()));
                  return true;
                }));
  }

  /** A POST whose body docker-java cannot express; the body may hang on the API version. */
  JsonNode post(String what, String path, Function<ApiVersion, JsonNode> body) {
    return calls.within(
        deadlines().change(),
        what,
        () ->
            inSession(
                session -> {
                  try (DockerHttpClient.Response answer =
                      session.send(Method.POST, path, body.apply(session.version()), Map.of())) {
                    return ClientConfig.mapper().readTree(checked(what, answer).getBody());
                  }
                }));
  }

  /** A question whose answer is wanted as the engine gave it. */
  JsonNode get(String what, String path) {
    return calls.within(
        deadlines().look(),
        what,
        () ->
            inSession(
                session -> {
                  try (DockerHttpClient.Response answer =
                      session.send(Method.GET, path, null, Map.of())) {
                    return ClientConfig.mapper().readTree(checked(what, answer).getBody());
                  }
                }));
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
                    return reader.read(checked(what, answer).getBody());
                  }
                }));
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

  private Session enter() {
    Session known = current();
    if (known != null && known.enter()) {
      return known;
    }
    // Asked outside the lock: an engine that hangs must hold up nobody but this caller.
    Session opened = Session.open(settings);
    opened.enter();
    replace(opened);
    return opened;
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

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void unlessAlreadySo(Runnable command) {
    try {
      command.run();
    } catch (NotModifiedException e) {
      // 304: it runs already, or it is stopped already.
    }
  }

  private static DockerHttpClient.Response checked(String what, DockerHttpClient.Response answer)
      throws IOException {
    int status = answer.getStatusCode();
    if (status >= 200 && status < 300) {
      return answer;
    }
    byte[] body = answer.getBody().readNBytes(LONGEST_ERROR);
    throw Failures.ofStatus(
        what, status, Failures.message(new String(body, StandardCharsets.UTF_8)));
  }
}
