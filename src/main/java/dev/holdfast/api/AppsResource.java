package dev.holdfast.api;

import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Apps.Diff;
import dev.holdfast.reconcile.Reasons;
import dev.holdfast.reconcile.Why;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Apps, and what may be asked to be done with one: each such request is noted, answered 202 with
 * the app, and done afterwards.
 */
@Path("/api/v1/apps")
@Produces(MediaType.APPLICATION_JSON)
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
public class AppsResource {
  /** Deployments that may be the reason of what is now. */
  private static final int RECENT = 20;

  private final Apps apps;
  private final CurrentVertxRequest request;

  AppsResource(Apps apps, CurrentVertxRequest request) {
    this.apps = apps;
    this.request = request;
  }

  @GET
  public List<AppView> all() {
    return apps.all();
  }

  @GET
  @Path("{app}")
  public AppView one(@PathParam("app") String app) {
    return known(app);
  }

  @GET
  @Path("{app}/diff")
  public Diff diff(@PathParam("app") String app) {
    return apps.diff(known(app).app());
  }

  @GET
  @Path("{app}/why")
  public Why why(@PathParam("app") String app) {
    AppView view = known(app);
    return Reasons.of(view, apps.deployments(view.app(), RECENT));
  }

  @POST
  @Path("{app}/{action}")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response act(
      @PathParam("app") String app, @PathParam("action") String action, byte @Nullable [] body) {
    String name = known(app).app();
    switch (action) {
      case "sync" -> apps.sync(name);
      case "hold" -> apps.hold(name, Body.text(body, "reason"), by());
      case "resume" -> apps.resume(name, by());
      case "retry" -> apps.retry(name, by());
      case "rollback" -> rollback(name, Body.text(body, "to"));
      case "approve", "reject", "backup", "restore" ->
          throw new ProblemException(
              501, "`" + action + "` is not part of this version of the agent");
      default ->
          throw new ProblemException(
              404,
              "an app can be asked to sync, rollback, hold, resume or retry, and nothing else");
    }
    return Response.accepted(known(app)).build();
  }

  private void rollback(String app, @Nullable String to) {
    apps.rollback(app, to == null ? null : Ids.release(to), by());
  }

  private AppView known(String app) {
    return apps.find(Ids.app(app))
        .orElseThrow(() -> new ProblemException(404, "there is no app of this name in agent.yaml"));
  }

  private String by() {
    Caller caller = request.getCurrent().get(Caller.KEY);
    return caller.by();
  }
}
