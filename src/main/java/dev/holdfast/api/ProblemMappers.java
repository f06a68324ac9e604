package dev.holdfast.api;

import dev.holdfast.reconcile.Apps.Away;
import dev.holdfast.reconcile.Apps.Refused;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Every error becomes problem details, or a page for a browser; what the text of an exception says
 * stays in the log.
 */
public class ProblemMappers {
  private static final Logger LOG = Logger.getLogger("dev.holdfast.api");
  private static final Map<Integer, String> DETAILS =
      Map.of(
          400, "the request cannot be understood; see the API's description",
          404, "there is nothing at this address; the API begins at /api/v1/apps",
          405, "this address does not take this method",
          406, "this address answers in none of the media types that Accept names",
          413, "the request is larger than any that is served here",
          415, "this address takes application/json only");

  private final Answers answers;
  private final CurrentVertxRequest request;

  ProblemMappers(Answers answers, CurrentVertxRequest request) {
    this.answers = answers;
    this.request = request;
  }

  @ServerExceptionMapper
  public Response refused(Refused e) {
    return answer(409, String.valueOf(e.getMessage()));
  }

  @ServerExceptionMapper
  public Response away(Away e) {
    return answer(503, String.valueOf(e.getMessage()));
  }

  @ServerExceptionMapper
  public Response ours(ProblemException e) {
    return answers.response(e.problem(), request.getCurrent().request());
  }

  @ServerExceptionMapper
  public Response standard(WebApplicationException e) {
    int status = e.getResponse().getStatus();
    if (status < 400) {
      return e.getResponse();
    }
    Response response =
        answer(status, DETAILS.getOrDefault(status, "the request could not be served"));
    String allow = e.getResponse().getHeaderString(HttpHeaders.ALLOW);
    return allow == null
        ? response
        : Response.fromResponse(response).header(HttpHeaders.ALLOW, allow).build();
  }

  @ServerExceptionMapper
  public Response unexpected(RuntimeException e) {
    LOG.error("could not serve a request", e);
    return answer(500, "the agent failed at this request; its log says why");
  }

  private Response answer(int status, String detail) {
    return answers.response(new Problem(status, detail), request.getCurrent().request());
  }
}
