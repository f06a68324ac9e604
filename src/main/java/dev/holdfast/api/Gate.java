package dev.holdfast.api;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for what, before anything else looks at a request:
 *
 * <ol>
 *   <li>Over the unix socket everything: its file mode says who may open it.
 *   <li>Over TCP with the token everything.
 *   <li>Over TCP without it only reads, and only from this machine to one of its loopback names: a
 *       page in a browser that made its own name point here (DNS rebinding), and a proxy that
 *       brings in others, are not this machine.
 *   <li>A hook from anywhere: {@link HookDoor} asks for the hook's own secret.
 * </ol>
 */
@ApplicationScoped
public class Gate {
  private static final int BEFORE_ALL_OTHERS = 10_000;
  private static final Set<HttpMethod> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final List<String> PROXY_HEADERS =
      List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");
  private final ApiSettings settings;
  private final Token token;

  Gate(ApiSettings settings, Token token) {
    this.settings = settings;
    this.token = token;
  }

  void register(@Observes Filters filters) {
    filters.register(this::handle, BEFORE_ALL_OTHERS);
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    secure(context.response());
    if (isHook(request)) {
      pass(context, "hook");
    } else if (Connections.isUnixSocket(request)) {
      pass(context, Connections.peer(request));
    } else if (token.matches(request.getHeader("Authorization"))) {
      pass(context, "token");
    } else {
      withoutToken(context, request);
    }
  }

  /** Whom a hook lets in its own secret says; it makes the agent look and does nothing else. */
  private static boolean isHook(HttpServerRequest request) {
    String path = request.path();
    return path != null
        && path.startsWith(HookDoor.PATH)
        && HttpMethod.POST.equals(request.method());
  }

  private void withoutToken(RoutingContext context, HttpServerRequest request) {
    boolean tokenGiven = request.getHeader("Authorization") != null;
    if (tokenGiven && token.isConfigured()) {
      refuse(context, 401, "the token is not that of api.token-file");
    } else if (!READS.contains(request.method())) {
      needsToken(context, "writes over TCP");
    } else if (!isFromThisMachine(request)) {
      needsToken(context, "requests from other machines");
    } else if (!isOwnHost(request)) {
      refuse(
          context,
          403,
          "the Host header names neither a loopback address nor the host of api.listen; ask"
              + " 127.0.0.1, or send the token");
    } else {
      pass(context, "loopback");
    }
  }

  private void needsToken(RoutingContext context, String what) {
    if (token.isConfigured()) {
      refuse(context, 401, what + " need `Authorization: Bearer` with the token of api.token-file");
    } else {
      refuse(
          context,
          403,
          what
              + " are refused because agent.yaml names no api.token-file; add one, or use the unix"
              + " socket");
    }
  }

  private static boolean isFromThisMachine(HttpServerRequest request) {
    SocketAddress remote = request.connection().remoteAddress();
    return remote != null
        && Loopback.isAddress(remote.hostAddress())
        && PROXY_HEADERS.stream().noneMatch(name -> request.getHeader(name) != null);
  }

  private boolean isOwnHost(HttpServerRequest request) {
    List<String> hosts = request.headers().getAll("Host");
    String host = hosts.size() == 1 ? Loopback.hostOf(hosts.getFirst()) : null;
    return host != null && (Loopback.isName(host) || isListenHost(host));
  }

  private boolean isListenHost(String host) {
    @Nullable String listen = settings.listenHost();
    return listen != null && host.equalsIgnoreCase(Loopback.hostOf(listen));
  }

  private static void secure(HttpServerResponse response) {
    response.putHeader("X-Content-Type-Options", "nosniff");
    response.putHeader("Cache-Control", "no-store");
    response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
  }

  private static void pass(RoutingContext context, String by) {
    context.put(Caller.KEY, new Caller(by));
    context.next();
  }

  private static void refuse(RoutingContext context, int status, String detail) {
    HttpServerResponse response = context.response().setStatusCode(status);
    if (status == 401) {
      response.putHeader("WWW-Authenticate", "Bearer realm=\"holdfast\"");
    }
    // What is left of the body is not read: the connection goes.
    response
        .putHeader("Connection", "close")
        .putHeader("Content-Type", Problem.TYPE.toString())
        .end(new Problem(status, detail).json());
  }
}
