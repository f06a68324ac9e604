package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.href;
import static dev.holdfast.page.Attribute.id;
import static dev.holdfast.page.Html.element;
import static dev.holdfast.page.Html.text;

import dev.holdfast.api.Pages;
import dev.holdfast.api.Sessions;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** An error as people read it; where the token would have helped, the form that takes it. */
@ApplicationScoped
public class ProblemPages implements Pages {
  private static final int UNAUTHORIZED = 401;
  private final Sessions sessions;

  ProblemPages(Sessions sessions) {
    this.sessions = sessions;
  }

  @Override
  public String problem(int status, String title, String detail, String path) {
    Viewer nobody = new Viewer(null, sessions.areOffered(), Instant.EPOCH);
    if (status == UNAUTHORIZED && sessions.areOffered()) {
      return SignInPage.page(Link.within(path), null, nobody);
    }
    return Frame.still(
        title,
        nobody,
        element(
            Tag.SECTION,
            css("card narrow"),
            id("heading"),
            element(Tag.H1, text(title)),
            element(Tag.P, css("lead"), text(detail)),
            element(Tag.P, element(Tag.A, css("button"), href(Link.HOME), text("All apps"))),
            element(Tag.P, css("quiet"), text("Status " + status))));
  }
}
