package dev.holdfast.api;

import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.ShellEnd;
import dev.holdfast.reconcile.ShellWish;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.NetSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * {@code GET /api/v1/apps/{app}/shell} with {@code Upgrade: holdfast-shell}: the connection becomes
 * that of a person who sits at a container, see {@link ShellSeat} for what goes over it. The shell
 * ends with the connection. It is a write, whatever its method says: {@link Gate} lets in the users
 * of the unix socket, and over TCP who has the token. No browser can be made to ask for it, since
 * none lets a page set this header.
 */
@ApplicationScoped
public class ShellDoor {
  private static final Logger LOG = Logger.getLogger("dev.holdfast.api");
  static final String PROTOCOL = "holdfast-shell";
  private static final int BEFORE_THE_OTHERS = -100;

  /** Whom the gate let in to read, or on another errand. */
  private static final Set<String> READERS = Set.of("loopback", "page", "hook");

  private final Apps apps;
  private final Answers answers;
  private final SeatClock clock;

  ShellDoor(Apps apps, Answers answers, SeatClock clock) {
    this.apps = apps;
    this.answers = answers;
    this.clock = clock;
  }

  static boolean isAskedFor(HttpServerRequest request) {
    return PROTOCOL.equalsIgnoreCase(request.getHeader("Upgrade"));
  }

  void open(@Observes Router router) {
    router.get("/api/v1/apps/:app/shell").order(BEFORE_THE_OTHERS).handler(this::enter);
  }

  private void enter(RoutingContext context) {
    String by = Caller.of(context);
    if (!isAskedFor(context.request())) {
      context.response().putHeader("Upgrade", PROTOCOL);
      refuse(context, 426, "ask with `Connection: Upgrade` and `Upgrade: " + PROTOCOL + "`");
    } else if (READERS.contains(by)) {
      refuse(context, 403, "a shell needs the unix socket or the token");
    } else {
      enter(context, context.pathParam("app"), by);
    }
  }

  private void enter(RoutingContext context, String name, String by) {
    try {
      String app = Ids.app(name);
      if (apps.find(app).isEmpty()) {
        refuse(context, 404, "there is no app of this name in agent.yaml");
        return;
      }
      Connections.keepOpenWhileIdle(context.request());
      Connections.stay(context.request());
      context.response().putHeader("Upgrade", PROTOCOL).putHeader("Connection", "Upgrade");
      context
          .request()
          .toNetSocket()
          .onSuccess(socket -> seat(context, socket, app, by))
          .onFailure(e -> refuse(context, 400, "the connection cannot be taken over"));
    } catch (ProblemException e) {
      refuse(context, e.problem().status(), e.problem().detail());
    }
  }

  private void seat(RoutingContext context, NetSocket socket, String app, String by) {
    ShellSeat seat = new ShellSeat(socket, context.vertx(), clock);
    seat.await((wish, taken) -> end(app, wish, taken, by));
  }

  private ShellEnd end(String app, ShellWish wish, ShellSeat seat, String by) {
    try {
      return apps.shell(app, wish, seat, by);
    } catch (Apps.Refused e) {
      return new ShellEnd(null, e.getMessage());
    } catch (RuntimeException e) {
      // A defect of ours: its text may hold anything, so it goes to the log alone.
      LOG.error("a shell ended in a way that it should not", e);
      return new ShellEnd(null, "of a defect of the agent; its log has more");
    }
  }

  private void refuse(RoutingContext context, int status, String detail) {
    HttpServerResponse response = context.response();
    if (response.ended()) {
      return;
    }
    Answers.Answer answer = answers.of(new Problem(status, detail), context.request());
    response
        .setStatusCode(status)
        .putHeader("Connection", status == 426 ? "Upgrade, close" : "close")
        .putHeader("Content-Type", answer.type().toString())
        .end(answer.body());
  }
}
