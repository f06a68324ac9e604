package dev.holdfast.page;

import dev.holdfast.api.Ids;
import dev.holdfast.api.ProblemException;
import dev.holdfast.api.Sessions;
import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.Apps;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;

/** Who asks for a page, and for which app. */
@ApplicationScoped
public class Viewing {
  private final Apps apps;
  private final Sessions sessions;
  private final CurrentVertxRequest request;

  Viewing(Apps apps, Sessions sessions, CurrentVertxRequest request) {
    this.apps = apps;
    this.sessions = sessions;
    this.request = request;
  }

  Viewer viewer() {
    String formKey = Sessions.of(request.getCurrent()).map(Sessions.Session::formKey).orElse(null);
    return new Viewer(formKey, sessions.areOffered(), Instant.now());
  }

  HttpServerRequest request() {
    return request.getCurrent().request();
  }

  AppView app(String name) {
    return apps.find(Ids.app(name))
        .orElseThrow(() -> new ProblemException(404, "there is no app of this name in agent.yaml"));
  }
}
