package dev.holdfast.registry;

import dev.holdfast.registry.Http.Request;
import dev.holdfast.registry.Http.Response;
import dev.holdfast.registry.RegistryException.NotFound;
import dev.holdfast.registry.Wire.Question;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One request of a question, from the closed gates to what the answer's status means. A request
 * that leaves the registry by a redirect leaves the login behind, and a 401 from elsewhere is not
 * answered.
 */
final class Conversation {
  private static final int MAX_REDIRECTS = 3;
  private final Throttle throttle;
  private final Refusals refusals;
  private final Wire wire;
  private final Login login;

  Conversation(Throttle throttle, Refusals refusals, Wire wire, Login login) {
    this.throttle = throttle;
    this.refusals = refusals;
    this.wire = wire;
    this.login = login;
  }

  /** An answer of 200. */
  Response ask(Question question, Request request) {
    throttle.admit(question.registry(), question.repository());
    Authorization authorization = login.before(question);
    Response answer = send(question, request, authorization);
    if (answer.status() == 401 && question.endpoint().owns(answer.uri())) {
      authorization = login.after(question, authorization, answer);
      answer = send(question, request, authorization);
    }
    return meaning(question, authorization, answer);
  }

  private Response meaning(Question question, Authorization sent, Response answer) {
    String registry = question.registry();
    return switch (answer.status()) {
      case 200 -> {
        throttle.succeeded(registry, question.repository(), answer);
        refusals.succeeded(registry, question.repository());
        yield answer;
      }
      case 401 -> throw login.refused(question, sent);
      case 403 -> throw login.forbidden(question);
      case 404 -> {
        throttle.succeeded(registry, question.repository(), answer);
        throw new NotFound(
            question.could(registry + " does not have it, or not for this login")
                + "; check the name and the tag, and that it was pushed");
      }
      default -> throw wire.failed(question, registry + " answered " + answer.status(), null);
    };
  }

  private Response send(Question question, Request request, Authorization authorization) {
    URI uri = request.uri();
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      Response answer =
          wire.send(
              question,
              request.to(uri, headers(question, request, uri, authorization)),
              question.registry());
      if (!redirects(answer)) {
        return answer;
      }
      uri = target(question, answer);
    }
    throw wire.failed(question, question.registry() + " redirects in a circle", null);
  }

  private static Map<String, String> headers(
      Question question, Request request, URI uri, Authorization authorization) {
    Map<String, String> headers = new LinkedHashMap<>(Authorization.COMMON);
    headers.putAll(request.headers());
    if (question.endpoint().owns(uri)) {
      authorization.header().ifPresent(value -> headers.put("Authorization", value));
    }
    return headers;
  }

  private static boolean redirects(Response answer) {
    return switch (answer.status()) {
      case 301, 302, 303, 307, 308 -> true;
      default -> false;
    };
  }

  /** Never from https to plain http: what a bystander could write there must not decide. */
  private URI target(Question question, Response answer) {
    try {
      URI target = answer.uri().resolve(answer.first("Location").orElse(""));
      boolean https = "https".equalsIgnoreCase(target.getScheme());
      boolean plain = Endpoint.isPlain(target) && question.endpoint().owns(target);
      if (target.getHost() != null && (https || plain)) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw wire.failed(
        question, question.registry() + " redirects to what is neither https nor itself", null);
  }
}
