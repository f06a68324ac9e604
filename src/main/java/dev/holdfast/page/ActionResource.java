package dev.holdfast.page;

import dev.holdfast.api.Actions;
import dev.holdfast.api.Actions.Action;
import dev.holdfast.api.Actions.Said;
import dev.holdfast.api.Caller;
import dev.holdfast.api.ProblemException;
import dev.holdfast.api.Sessions;
import dev.holdfast.api.Sessions.Session;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Apps;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The page's buttons: each leads to a form that asks back, and the form does it. A form counts only
 * from somebody who has signed in, and with the key of that session.
 */
@Path("/")
@Produces("text/html;charset=utf-8")
public class ActionResource {
  private static final String ADDRESS = "apps/{app}/{action: [a-z]+}";
  private static final int HISTORY = 25;
  private static final int LONGEST = 500;
  private final Apps apps;
  private final Actions actions;
  private final Viewing viewing;
  private final CurrentVertxRequest request;

  ActionResource(Apps apps, Actions actions, Viewing viewing, CurrentVertxRequest request) {
    this.apps = apps;
    this.actions = actions;
    this.viewing = viewing;
    this.request = request;
  }

  @GET
  @Path(ADDRESS)
  public Response confirm(@PathParam("app") String app, @PathParam("action") String name) {
    AppView view = viewing.app(app);
    Action action = Actions.named(name);
    Viewer viewer = viewing.viewer();
    return viewer.signedIn()
        ? Response.ok(ConfirmPage.page(view, action, apps.deployments(view.app(), HISTORY), viewer))
            .build()
        : seeOther(Link.signIn(Link.action(view.app(), action).text()).text());
  }

  @POST
  @Path(ADDRESS)
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response act(
      @PathParam("app") String app,
      @PathParam("action") String name,
      @FormParam("key") @Nullable String key,
      @FormParam("said") @Nullable String said,
      @FormParam("release") @Nullable String release) {
    RoutingContext context = request.getCurrent();
    AppView view = viewing.app(app);
    Action action = Actions.named(name);
    Optional<Session> session = Sessions.of(context);
    if (session.isEmpty()) {
      return seeOther(Link.signIn(Link.action(view.app(), action).text()).text());
    }
    if (!session.get().allows(key)) {
      throw new ProblemException(
          403, "this form is not of your session: go back, load the page anew and try again");
    }
    String text = text(said);
    boolean now = action == Action.SYNC && text != null;
    actions.ask(action, view.app(), new Said(text, release, now), Caller.of(context));
    return seeOther(Link.app(view.app()).text() + "?asked=" + action.text());
  }

  private static @Nullable String text(@Nullable String said) {
    if (said == null || said.isBlank()) {
      return null;
    }
    if (said.length() > LONGEST) {
      throw new ProblemException(400, "at most " + LONGEST + " characters, please");
    }
    return said.strip();
  }

  static Response seeOther(String path) {
    return Response.status(Response.Status.SEE_OTHER).header("Location", path).build();
  }
}
