package dev.holdfast.api;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a browser says of the page that sends it. Programs say nothing of this, so nothing here hits
 * them; a page of somebody else's cannot make a browser leave it out or lie.
 */
final class Browsers {
  static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private Browsers() {}

  /** Why another site's page must not have this, or null. */
  static @Nullable String refusal(HttpServerRequest request) {
    if (!READS.contains(request.method()) && isForeignOrigin(request)) {
      return "the form or script that sent this is not of this page (Origin is not the Host that"
          + " was asked); a proxy in between must pass Host on";
    }
    String site = request.getHeader("Sec-Fetch-Site");
    boolean own = site == null || site.equals("same-origin") || site.equals("none");
    return own || isLink(request)
        ? null
        : "a page of another site asked for this; open it in a window of its own";
  }

  private static boolean isForeignOrigin(HttpServerRequest request) {
    List<String> origins = request.headers().getAll("Origin");
    if (origins.isEmpty()) {
      return false;
    }
    String host = host(request);
    String origin = origins.getFirst();
    return origins.size() > 1
        || host == null
        || !(origin.equalsIgnoreCase("http://" + host)
            || origin.equalsIgnoreCase("https://" + host));
  }

  /** Somebody followed a link to here: a window of its own, and a read. */
  private static boolean isLink(HttpServerRequest request) {
    return HttpMethod.GET.equals(request.method())
        && "navigate".equals(request.getHeader("Sec-Fetch-Mode"))
        && "document".equals(request.getHeader("Sec-Fetch-Dest"));
  }

  /** The one Host header, with its port; null where there are none or two. */
  static @Nullable String host(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll("Host");
    return hosts.size() == 1 ? hosts.getFirst() : null;
  }

  /** Of the sessions of several agents that are opened on one machine, over ports of its own. */
  static String cookie(HttpServerRequest request) {
    String host = host(request);
    String port = host == null ? "" : host.replaceFirst("^.*:(?=[0-9]{1,5}$)", "");
    return port.matches("[0-9]{1,5}") ? "holdfast-" + port : "holdfast";
  }

  static boolean wantsPage(HttpServerRequest request) {
    String accept = request.getHeader("Accept");
    return accept != null && accept.contains("text/html");
  }
}
