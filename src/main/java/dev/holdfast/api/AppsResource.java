package dev.holdfast.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.api.Actions.Action;
import dev.holdfast.backup.Saved;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Apps.Diff;
import dev.holdfast.reconcile.MigrationAnswers;
import dev.holdfast.reconcile.Reasons;
import dev.holdfast.reconcile.Why;
import dev.holdfast.store.RecordJson;
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
import java.util.Map;
import java.util.Set;
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
  private final Actions actions;
  private final Plans plans;
  private final Pulls pulls;
  private final CurrentVertxRequest request;

  AppsResource(Apps apps, Actions actions, Plans plans, Pulls pulls, CurrentVertxRequest request) {
    this.apps = apps;
    this.actions = actions;
    this.plans = plans;
    this.pulls = pulls;
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
    return plans.next(known(app).app());
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
    Action asked = Actions.named(action);
    actions.ask(asked, name, Body.said(body, asked), by());
    return Response.accepted(known(app)).build();
  }

  /** The backups that stand, newest first, and what a person asked for last. */
  @GET
  @Path("{app}/backups")
  public ObjectNode backups(@PathParam("app") String app) {
    Apps.Data data = apps.data(known(app).app());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.set("operation", data.operation() == null ? null : RecordJson.of(data.operation()));
    answer.put("latest", data.latest());
    ArrayNode backups = answer.putArray("backups");
    for (Saved taken : data.backups()) {
      boolean older = data.olderSchema().contains(taken.id());
      backups.add(RecordJson.of(taken).put("older_schema", older));
    }
    return answer;
  }

  @POST
  @Path("{app}/restore")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response restore(@PathParam("app") String app, byte @Nullable [] body) {
    String name = known(app).app();
    Map<String, String> said = Body.texts(body, Set.of("backup", "name", "safety", "older-schema"));
    String id = said.get("backup");
    if (id == null) {
      throw new ProblemException(400, "the body must say which: {\"backup\": \"<id or latest>\"}");
    }
    boolean safety = yes(said, "safety", "yes");
    boolean olderSchema = yes(said, "older-schema", "no");
    apps.restore(name, new Apps.Wish(id, said.get("name"), safety, olderSchema), by());
    return Response.accepted(known(app)).build();
  }

  private static boolean yes(Map<String, String> said, String what, String otherwise) {
    String answer = said.getOrDefault(what, otherwise);
    if (!Set.of("yes", "no").contains(answer)) {
      throw new ProblemException(400, "`" + what + "` must be yes or no");
    }
    return answer.equals("yes");
  }

  /**
   * What the migrations would apply, asked of their tools: it starts containers, so it is no read.
   */
  @POST
  @Path("{app}/migrations")
  @Consumes(MediaType.APPLICATION_JSON)
  public MigrationAnswers migrations(@PathParam("app") String app, byte @Nullable [] body) {
    String name = known(app).app();
    boolean pull = yes(Body.texts(body, Set.of("pull")), "pull", "no");
    // Nothing is said while the image is pulled and the tool thinks, for as long as both may take.
    Connections.keepOpenWhileIdle(request.getCurrent().request());
    return apps.migrations(name, pull, by());
  }

  /** The pulls that run now, and how far they are; empty outside the step `pull`. */
  @GET
  @Path("{app}/pulls")
  public List<Pulls.Pull> pulls(@PathParam("app") String app) {
    return pulls.of(known(app).app());
  }

  private AppView known(String app) {
    return apps.find(Ids.app(app))
        .orElseThrow(
            () ->
                new ProblemException(
                    404,
                    "there is no app of this name in agent.yaml; `holdfast status` lists them"));
  }

  private String by() {
    return Caller.of(request.getCurrent());
  }
}
