package dev.holdfast.api;

import dev.holdfast.api.Hooks.Hook;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /hooks/{name}}: whoever knows the hook's secret makes the agent look now. The body is
 * read for its signature and means nothing else: what changed, the look sees.
 *
 * <p>A filter, not a resource, since a push of many commits is larger than any other request that
 * is served here: the body is taken as it comes, none of it is kept, and few come at a time.
 */
@ApplicationScoped
public class HookDoor {
  static final String PATH = "/hooks/";
  static final long MOST_BYTES = 25L << 20; // what GitHub sends at most
  private static final int MOST_AT_ONCE = 16;
  private static final long LIMIT_MILLIS = 15_000;
  private static final int AFTER_THE_GATE = 9_000;

  private final Hooks hooks;
  private final AtomicInteger open = new AtomicInteger();

  HookDoor(Hooks hooks) {
    this.hooks = hooks;
  }

  void register(@Observes Filters filters) {
    filters.register(this::handle, AFTER_THE_GATE);
  }

  private void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    String path = request.path();
    if (path == null || !path.startsWith(PATH)) {
      context.next();
    } else if (!HttpMethod.POST.equals(request.method())) {
      context.response().putHeader("Allow", "POST");
      refuse(context, 405, "this address does not take this method; senders of hooks POST");
    } else {
      hook(context, path.substring(PATH.length()));
    }
  }

  private void hook(RoutingContext context, String name) {
    Optional<Hook> hook = hooks.hook(name);
    if (hook.isEmpty()) {
      refuse(context, 404, "agent.yaml has no hook of this name; the address is /hooks/NAME");
      return;
    }
    @Nullable HookProof proof = proof(context.request(), hook.get());
    if (proof == null) {
      refuse(context, 503, "the hook's secret-file cannot be read; the agent's host has it");
    } else if (proof.isHopeless()) {
      unproven(context);
    } else if (tooLong(context.request())) {
      refuse(context, 413, "the body is larger than 25 MiB");
    } else if (open.incrementAndGet() > MOST_AT_ONCE) {
      open.decrementAndGet();
      context.response().putHeader("Retry-After", "1");
      refuse(context, 503, "too many hooks at once");
    } else {
      new Reading(context, proof, hook.get()).begin();
    }
  }

  private static @Nullable HookProof proof(HttpServerRequest request, Hook hook) {
    try {
      return HookProof.of(
          hook.secret().get().strip(), request::getHeader, request.getParam("token"));
    } catch (UncheckedIOException e) {
      return null;
    }
  }

  private static boolean tooLong(HttpServerRequest request) {
    String length = request.getHeader("Content-Length");
    return length != null
        && (!length.matches("[0-9]{1,15}") || Long.parseLong(length) > MOST_BYTES);
  }

  private static void unproven(RoutingContext context) {
    refuse(
        context,
        401,
        "the signature or token is not that of the hook's secret-file; see docs/wake-ups.md for"
            + " what each sender sends");
  }

  private static void refuse(RoutingContext context, int status, String detail) {
    HttpServerResponse response = context.response().setStatusCode(status);
    if (status == 401) {
      response.putHeader("WWW-Authenticate", "Hook realm=\"holdfast\"");
    }
    // What is left of the body is not read: the connection goes.
    response
        .putHeader("Connection", "close")
        .putHeader("Content-Type", Problem.TYPE.toString())
        .end(new Problem(status, detail).json());
  }

  /** One body on its way; ends once, whatever comes first. */
  private final class Reading {
    private final RoutingContext context;
    private final HookProof proof;
    private final Hook hook;
    private long bytes;
    private long timer;
    private boolean over;

    Reading(RoutingContext context, HookProof proof, Hook hook) {
      this.context = context;
      this.proof = proof;
      this.hook = hook;
    }

    void begin() {
      timer = context.vertx().setTimer(LIMIT_MILLIS, id -> late());
      HttpServerRequest request = context.request();
      request.exceptionHandler(e -> end());
      request.handler(this::part);
      request.endHandler(nothing -> whole());
      request.resume();
    }

    /** False where it ended before. */
    private boolean end() {
      if (over) {
        return false;
      }
      over = true;
      context.vertx().cancelTimer(timer);
      open.decrementAndGet();
      return true;
    }

    private void part(Buffer part) {
      bytes += part.length();
      if (bytes <= MOST_BYTES) {
        proof.body(part.getBytes());
      } else if (end()) {
        refuse(context, 413, "the body is larger than 25 MiB");
      }
    }

    private void late() {
      if (end()) {
        refuse(context, 408, "the body did not come within 15 s");
      }
    }

    private void whole() {
      if (!end()) {
        return;
      }
      if (proof.holds()) {
        hook.wake().run();
        context.response().setStatusCode(202).end();
      } else {
        unproven(context);
      }
    }
  }
}
