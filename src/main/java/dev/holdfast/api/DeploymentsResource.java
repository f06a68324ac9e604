package dev.holdfast.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.report.Summary;
import dev.holdfast.store.RecordJson;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Deployments as their records have them, and what they wrote. */
@Path("/api/v1/deployments")
@Produces(MediaType.APPLICATION_JSON)
public class DeploymentsResource {
  private static final int MOST = 1000;
  private final Apps apps;
  private final LogStreams logs;
  private final CurrentVertxRequest request;

  DeploymentsResource(Apps apps, LogStreams logs, CurrentVertxRequest request) {
    this.apps = apps;
    this.logs = logs;
    this.request = request;
  }

  @GET
  public List<ObjectNode> list(
      @QueryParam("app") @Nullable String app,
      @QueryParam("limit") @DefaultValue("50") String limit) {
    if (app != null && apps.find(Ids.app(app)).isEmpty()) {
      throw new ProblemException(
          404, "there is no app of this name in agent.yaml; `holdfast status` lists them");
    }
    return apps.deployments(app, limit(limit)).stream().map(RecordJson::of).toList();
  }

  @GET
  @Path("{id}")
  public ObjectNode one(@PathParam("id") String id) {
    return RecordJson.of(known(id));
  }

  /** For the summary page of a CI job. */
  @GET
  @Path("{id}/summary")
  @Produces("text/markdown;charset=utf-8")
  public String summary(@PathParam("id") String id) {
    return Summary.of(known(id));
  }

  @GET
  @Path("{id}/logs")
  @Produces("text/plain;charset=utf-8")
  @Blocking
  public Multi<String> logs(
      @PathParam("id") String id,
      @QueryParam("file") @Nullable String file,
      @QueryParam("follow") @DefaultValue("false") boolean follow) {
    DeploymentRecord record = known(id);
    if (file != null) {
      return logs.output(record, Ids.output(file));
    }
    if (follow) {
      Connections.keepOpenWhileIdle(request.getCurrent().request());
      return logs.follow(record);
    }
    return logs.all(record);
  }

  private DeploymentRecord known(String id) {
    return apps.deployment(Ids.deployment(id))
        .orElseThrow(
            () ->
                new ProblemException(
                    404, "there is no deployment of this id; `holdfast history` lists them"));
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException e) {
      throw new ProblemException(400, "`limit` must be a number from 1 to " + MOST);
    }
    throw new ProblemException(400, "`limit` must be a number from 1 to " + MOST);
  }
}
