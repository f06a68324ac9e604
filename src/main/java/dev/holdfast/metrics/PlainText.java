package dev.holdfast.metrics;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Locale;

/**
 * Who does not ask for OpenMetrics gets Prometheus' text: with {@code Accept: *}{@code /*}, as curl
 * sends it, Quarkus would answer in OpenMetrics, whose counters have another name in TYPE than in
 * their samples.
 */
@ApplicationScoped
public class PlainText {
  private static final int AFTER_THE_GATE = 100;

  void register(@Observes Filters filters) {
    filters.register(PlainText::handle, AFTER_THE_GATE);
  }

  private static void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (request.path().equals("/q/metrics")) {
      String accept = String.valueOf(request.getHeader("Accept")).toLowerCase(Locale.ROOT);
      if (!accept.contains("openmetrics")) {
        request.headers().set("Accept", "text/plain");
      }
    }
    context.next();
  }
}
