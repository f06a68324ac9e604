package dev.holdfast.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.notify.Http.Answer;
import dev.holdfast.notify.Http.Request;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What GitHub and GitLab have in common: an API, a token, and whose status is set. */
final class Forge {
  static final Pattern SHA = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern SHORT_SHA = Pattern.compile("[0-9a-f]{7,64}");
  private static final Pattern REPOSITORY =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)+");
  private final Http http;
  private final Settings settings;

  Forge(Http http, Settings settings) {
    this.http = http;
    this.settings = settings;
  }

  /**
   * @param url of the API, without a slash at its end
   * @param repository null: that of the app's source
   * @param ofApplication whether the application's commit is meant, not the source's
   */
  record Settings(
      String url,
      @Nullable String repository,
      Supplier<String> token,
      boolean ofApplication,
      boolean deployments) {}

  boolean deployments() {
    return settings.deployments();
  }

  boolean ofApplication() {
    return settings.ofApplication();
  }

  /** A commit of a repository; its hash may be cut. */
  record Target(String repository, String sha) {}

  /** Null where a message is about no commit of a repository. */
  @Nullable Target target(Message message) {
    Message.Rollout rollout = message.deployment();
    if (rollout == null) {
      return null;
    }
    String repository =
        settings.repository() == null ? rollout.repository() : settings.repository();
    String sha = settings.ofApplication() ? rollout.commit() : rollout.gitSha();
    return repository != null
            && sha != null
            && REPOSITORY.matcher(repository).matches()
            && SHORT_SHA.matcher(sha).matches()
        ? new Target(repository, sha)
        : null;
  }

  /** Asks the API; {@code body} null is a GET. */
  Answer ask(String method, String path, @Nullable ObjectNode body, Map<String, String> headers)
      throws IOException {
    Map<String, String> all = new TreeMap<>(headers);
    if (body != null) {
      all.put("Content-Type", "application/json");
    }
    return http.send(
        new Request(method, settings.url() + path, all, body == null ? null : Json.text(body)));
  }

  String token() {
    return settings.token().get().strip();
  }

  Outcome outcome(Answer answer) {
    return Answers.of(answer, token());
  }

  static JsonNode json(Answer answer) {
    return Json.read(answer.body());
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
