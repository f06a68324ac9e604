package dev.holdfast.api;

import dev.holdfast.reconcile.Apps;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;

/**
 * Server-sent events: every app once as it is, then each change; a comment at times, so that a dead
 * connection is noticed.
 */
@Path("/api/v1/events")
public class EventsResource {
  private static final Duration BEAT = Duration.ofSeconds(10);
  private final Apps apps;
  private final Events events;

  EventsResource(Apps apps, Events events) {
    this.apps = apps;
    this.events = events;
  }

  @GET
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Blocking
  public Multi<OutboundSseEvent> events(@Context Sse sse) {
    Multi<OutboundSseEvent> told =
        events
            .listen(apps::all)
            .map(event -> sse.newEventBuilder().name(event.name()).data(event.data()).build());
    Multi<OutboundSseEvent> beats =
        Multi.createFrom()
            .ticks()
            .startingAfter(BEAT)
            .every(BEAT)
            .onOverflow()
            .drop()
            .map(tick -> sse.newEventBuilder().comment("beat").build());
    return Multi.createBy().merging().streams(told, beats);
  }
}
