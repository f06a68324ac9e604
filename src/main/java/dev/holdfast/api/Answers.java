package dev.holdfast.api;

import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** An error in the form that is asked for: a page for browsers, problem details for all others. */
@ApplicationScoped
public class Answers {
  static final MediaType PAGE = MediaType.TEXT_HTML_TYPE.withCharset("utf-8");
  private final Pages pages;

  Answers(Pages pages) {
    this.pages = pages;
  }

  record Answer(MediaType type, String body) {}

  Answer of(Problem problem, HttpServerRequest request) {
    return Browsers.wantsPage(request)
        ? new Answer(
            PAGE, pages.problem(problem.status(), problem.title(), problem.detail(), path(request)))
        : new Answer(Problem.TYPE, problem.json());
  }

  Response response(Problem problem, HttpServerRequest request) {
    Answer answer = of(problem, request);
    return Response.status(problem.status()).type(answer.type()).entity(answer.body()).build();
  }

  private static String path(HttpServerRequest request) {
    String path = request.path();
    return path == null ? "/" : path;
  }
}
