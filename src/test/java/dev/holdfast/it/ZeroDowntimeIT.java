package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Nobody notices an update: the Compose file and the proxies of docs/zero-downtime.md under load
 * while releases come, break and go back. {@link GapBench} does as many as the promise names.
 */
class ZeroDowntimeIT {
  private static final GapRig RIG = new GapRig(1, 1);

  @RegisterExtension static final Server server = new Server();

  @AfterAll
  static void print() {
    RIG.print();
  }

  /** All at once, so that it does not take four times as long. */
  @Test
  void noRequestIsLostWhileReleasesComeAndGo() throws Exception {
    Updates.ByAgent updates = Updates.ByAgent.of(server, "start-first", 1);
    Load.Asks asks = new Load.Asks(50, "GET,POST");
    RIG.assertUnnoticed(RIG.run("start-first", updates, List.of(ProxyKind.values()), asks));
    assertThat(updates.gaps()).containsOnly(0L);
    shows(updates.app(), "1", "0ms");
  }

  /** The gap of the record, where people and Prometheus look for it. */
  private static void shows(App app, String version, String gap) throws Exception {
    JsonNode record = server.awaitOutcome(app, version, "succeeded");
    String id = record.path("deployment_id").asText();
    assertThat(server.cli().run("show", id).orFail().out()).contains("Gap:        web " + gap);
    assertThat(server.cli().run("history", app.name).orFail().out().lines())
        .filteredOn(line -> line.contains(id))
        .allMatch(line -> line.strip().endsWith(" " + gap));
    assertThat(server.api().get("/q/metrics").lines())
        .filteredOn(line -> line.startsWith("holdfast_update_gap_seconds{"))
        .filteredOn(line -> line.contains("app=\"" + app.name + "\""))
        .allMatch(line -> line.contains("service=\"web\"") && line.endsWith(" 0.0"))
        .isNotEmpty();
  }

  @Test
  void norBehindOneNameWithThreeReplicas() {
    Updates.ByAgent updates = Updates.ByAgent.of(server, "start-first", 3);
    RIG.assertUnnoticed(
        RIG.run("start-first, 3 replicas", updates, List.of(ProxyKind.HAPROXY), Load.Asks.OFTEN));
    assertThat(updates.gaps()).containsOnly(0L);
  }

  /** What the agent says of it and what a client sees are the same thing. */
  @Test
  void theGapOfARecreateIsWhatClientsSee() {
    Updates.ByAgent updates = Updates.ByAgent.of(server, "recreate", 1);
    Load.Result result =
        RIG.run("recreate", updates, List.of(ProxyKind.NGINX), Load.Asks.OFTEN, false).getFirst();
    assertThat(result.failed()).isPositive();
    long measured = updates.gaps().getFirst();
    assertThat(measured).isPositive();
    // A proxy finds the new container up to a second after it is there; on a busy machine the
    // agent's probe may see it late.
    assertThat(result.gaps().getFirst()).isBetween(measured - 300 - measured / 4, measured + 2_500);
  }
}
