package dev.holdfast.api;

import dev.holdfast.api.Sessions.Session;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask for what, before anything else looks at a request:
 *
 * <ol>
 *   <li>Nothing that a browser was made to ask by another site's page, but for links that somebody
 *       follows.
 *   <li>Over the unix socket everything: its file mode says who may open it. Where it is forwarded
 *       to a port, a page that made its own name point there is no one of these.
 *   <li>Over TCP with the token everything. A shell is a write.
 *   <li>With a session of the page, which the token opened, reads, and the page's own forms: they
 *       hold the form key against it. The API takes no write from a session.
 *   <li>Over TCP without either only reads, and only from this machine to one of its loopback
 *       names: a page in a browser that made its own name point here (DNS rebinding), and a proxy
 *       that brings in others, are not this machine.
 *   <li>A hook from anywhere: {@link HookDoor} asks for the hook's own secret.
 *   <li>The form that asks for the token, and what it looks like, is for everybody.
 * </ol>
 */
@ApplicationScoped
public class Gate {
  private static final int BEFORE_ALL_OTHERS = 10_000;
  private static final String SIGN_IN = "/sign-in";
  private static final Set<String> OPEN =
      Set.of(SIGN_IN, "/assets/page.css", "/assets/page.js", "/assets/icon.svg");
  private static final Pattern FORMS = Pattern.compile("/sign-(in|out)|/apps/[a-z0-9_-]+/[a-z]+");
  private static final List<String> PROXY_HEADERS =
      List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via");

  /** Nothing is loaded from elsewhere, nothing inline runs, nobody puts it into a frame. */
  static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

  private final ApiSettings settings;
  private final Token token;
  private final Sessions sessions;
  private final Answers answers;
  private final Doorkeeper doorkeeper;

  Gate(
      ApiSettings settings,
      Token token,
      Sessions sessions,
      Answers answers,
      Doorkeeper doorkeeper) {
    this.settings = settings;
    this.token = token;
    this.sessions = sessions;
    this.answers = answers;
    this.doorkeeper = doorkeeper;
  }

  void register(@Observes Filters filters) {
    filters.register(this::handle, BEFORE_ALL_OTHERS);
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    doorkeeper.stand(request);
    secure(context.response(), isAsset(request));
    @Nullable String refusal = Browsers.refusal(request);
    if (isHook(request)) {
      pass(context, "hook");
    } else if (refusal != null) {
      refuse(context, 403, refusal);
    } else if (Connections.isUnixSocket(request)) {
      overUnixSocket(context, request);
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

  private void overUnixSocket(RoutingContext context, HttpServerRequest request) {
    String host = Browsers.host(request);
    String name = host == null ? null : Loopback.hostOf(host);
    // A name without a dot is nobody's on the Internet: clients of a socket put in what they like.
    if (name == null || !name.contains(".") || Loopback.isName(name)) {
      session(request).ifPresent(session -> context.put(Sessions.KEY, session));
      pass(context, Connections.peer(request));
    } else {
      refuse(context, 403, "the Host header does not name this machine; ask localhost");
    }
  }

  private void withoutToken(RoutingContext context, HttpServerRequest request) {
    boolean tokenGiven = request.getHeader("Authorization") != null;
    Optional<Session> session = session(request);
    if (tokenGiven && token.isConfigured()) {
      refuse(context, 401, "the token is not that of api.token-file");
    } else if (session.isPresent() && isOfThePage(request)) {
      context.put(Sessions.KEY, session.get());
      pass(context, "page");
    } else if (OPEN.contains(request.path()) && token.isConfigured()) {
      ownHostOnly(context, request);
    } else if (!Browsers.READS.contains(request.method()) || ShellDoor.isAskedFor(request)) {
      needsToken(context, "writes over TCP");
    } else if (!isFromThisMachine(request)) {
      needsToken(context, "requests from other machines");
    } else {
      ownHostOnly(context, request);
    }
  }

  /** By the path as it was sent: one that leads there by a detour is no form of ours. */
  private static boolean isOfThePage(HttpServerRequest request) {
    String path = request.path();
    if (ShellDoor.isAskedFor(request)) {
      return false;
    }
    return Browsers.READS.contains(request.method())
        || (path != null && FORMS.matcher(path).matches());
  }

  private Optional<Session> session(HttpServerRequest request) {
    Cookie cookie = request.getCookie(Browsers.cookie(request));
    return cookie == null ? Optional.empty() : sessions.find(cookie.getValue());
  }

  /** From another machine any name will do: what is open to it does not hang on the name. */
  private void ownHostOnly(RoutingContext context, HttpServerRequest request) {
    if (isFromThisMachine(request) && !isOwnHost(request)) {
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
    String header = Browsers.host(request);
    String host = header == null ? null : Loopback.hostOf(header);
    return host != null && (Loopback.isName(host) || isListenHost(host));
  }

  private boolean isListenHost(String host) {
    @Nullable String listen = settings.listenHost();
    return listen != null && host.equalsIgnoreCase(Loopback.hostOf(listen));
  }

  private static boolean isAsset(HttpServerRequest request) {
    String path = request.path();
    return path != null && path.startsWith("/assets/");
  }

  /** What the page looks like may be kept, and is asked for by its tag each time. */
  private static void secure(HttpServerResponse response, boolean asset) {
    response.putHeader("X-Content-Type-Options", "nosniff");
    response.putHeader("Cache-Control", asset ? "no-cache" : "no-store");
    response.putHeader("Cross-Origin-Resource-Policy", "same-origin");
    response.putHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.putHeader("Content-Security-Policy", POLICY);
    response.putHeader("X-Frame-Options", "DENY");
    // With `no-referrer` a browser would say `Origin: null` of our own forms.
    response.putHeader("Referrer-Policy", "same-origin");
  }

  private static void pass(RoutingContext context, String by) {
    context.put(Caller.KEY, new Caller(by));
    context.next();
  }

  private void refuse(RoutingContext context, int status, String detail) {
    HttpServerResponse response = context.response().setStatusCode(status);
    if (status == 401) {
      response.putHeader("WWW-Authenticate", "Bearer realm=\"holdfast\"");
    }
    Answers.Answer answer = answers.of(new Problem(status, detail), context.request());
    // What is left of the body is not read: the connection goes.
    response
        .putHeader("Connection", "close")
        .putHeader("Content-Type", answer.type().toString())
        .end(answer.body());
  }
}
