package dev.holdfast.api;

import dev.holdfast.reconcile.Apps;
import dev.holdfast.report.Dora;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;

/** The figures of delivery, of all apps and of each, over 30 and 90 days. */
@Path("/api/v1/dora")
@Produces(MediaType.APPLICATION_JSON)
public class DoraResource {
  private final Apps apps;

  DoraResource(Apps apps) {
    this.apps = apps;
  }

  @GET
  public List<Dora> figures() {
    Instant now = Instant.now();
    return Dora.all(apps.changes(Dora.since(now)), now);
  }
}
