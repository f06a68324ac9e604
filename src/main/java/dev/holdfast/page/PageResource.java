package dev.holdfast.page;

import dev.holdfast.api.Actions.Action;
import dev.holdfast.api.Ids;
import dev.holdfast.api.Plans;
import dev.holdfast.api.ProblemException;
import dev.holdfast.api.Pulls;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Apps;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pages that are only looked at. */
@Path("/")
@Produces("text/html;charset=utf-8")
public class PageResource {
  private final Apps apps;
  private final Plans plans;
  private final Pulls pulls;
  private final Viewing viewing;

  PageResource(Apps apps, Plans plans, Pulls pulls, Viewing viewing) {
    this.apps = apps;
    this.plans = plans;
    this.pulls = pulls;
    this.viewing = viewing;
  }

  @GET
  public String overview() {
    return new OverviewPage(apps, viewing.viewer()).page();
  }

  @GET
  @Path("apps/{app}")
  public String app(@PathParam("app") String app, @QueryParam("asked") @Nullable String asked) {
    AppView view = viewing.app(app);
    Action done =
        List.of(Action.values()).stream()
            .filter(a -> a.text().equals(asked))
            .findFirst()
            .orElse(null);
    return new AppPage(apps, pulls, viewing.viewer()).page(view, done);
  }

  @GET
  @Path("apps/{app}/next")
  public String next(@PathParam("app") String app) {
    return NextPage.page(plans.next(viewing.app(app).app()), viewing.viewer());
  }

  @GET
  @Path("deployments/{id}")
  public String deployment(@PathParam("id") String id) {
    DeploymentRecord record =
        apps.deployment(Ids.deployment(id))
            .orElseThrow(() -> new ProblemException(404, "there is no deployment of this id"));
    return new DeploymentPage(apps, pulls, viewing.viewer()).page(record);
  }
}
