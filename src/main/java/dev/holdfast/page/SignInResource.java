package dev.holdfast.page;

import dev.holdfast.api.ProblemException;
import dev.holdfast.api.Sessions;
import dev.holdfast.api.Sessions.Session;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.Cookie;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.NewCookie.SameSite;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The token opens a session, and the session ends when its person says so. */
@Path("/")
@Produces("text/html;charset=utf-8")
public class SignInResource {
  private final Sessions sessions;
  private final Viewing viewing;
  private final CurrentVertxRequest request;

  SignInResource(Sessions sessions, Viewing viewing, CurrentVertxRequest request) {
    this.sessions = sessions;
    this.viewing = viewing;
    this.request = request;
  }

  @GET
  @Path("sign-in")
  public String form(@QueryParam("to") @Nullable String to) {
    return SignInPage.page(link(to), null, viewing.viewer());
  }

  @POST
  @Path("sign-in")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response signIn(
      @FormParam("token") @Nullable String token, @FormParam("to") @Nullable String to) {
    String name = sessions.open(token);
    if (name == null) {
      String page =
          SignInPage.page(link(to), "This is not the token of api.token-file.", viewing.viewer());
      return Response.status(Response.Status.FORBIDDEN).entity(page).build();
    }
    Response go = ActionResource.seeOther(link(to).text());
    return Response.fromResponse(go)
        .cookie(cookie(name, (int) sessions.life().toSeconds()))
        .build();
  }

  @POST
  @Path("sign-out")
  @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
  public Response signOut(@FormParam("key") @Nullable String key) {
    Optional<Session> session = Sessions.of(request.getCurrent());
    if (session.isPresent() && !session.get().allows(key)) {
      throw new ProblemException(403, "this form is not of your session: load the page anew");
    }
    Cookie cookie = viewing.request().getCookie(Sessions.cookie(viewing.request()));
    sessions.close(cookie == null ? null : cookie.getValue());
    return Response.fromResponse(ActionResource.seeOther("/")).cookie(cookie("", 0)).build();
  }

  /** Not read by scripts, and not sent by what another site's page sends of itself. */
  private NewCookie cookie(String value, int seconds) {
    return new NewCookie.Builder(Sessions.cookie(viewing.request()))
        .value(value)
        .path("/")
        .httpOnly(true)
        .sameSite(SameSite.LAX)
        .secure("https".equals(viewing.request().getHeader("X-Forwarded-Proto")))
        .maxAge(seconds)
        .build();
  }

  private static Link link(@Nullable String to) {
    return to == null ? Link.HOME : Link.within(to);
  }
}
