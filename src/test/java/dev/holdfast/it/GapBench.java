package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code make bench-gap}: 200 requests a second through each proxy while ten releases come and five
 * break and go back, and other ways to update beside it.
 */
class GapBench {
  private static final GapRig RIG = new GapRig(10, 2);

  @RegisterExtension static final Server server = new Server();

  @AfterAll
  static void print() {
    RIG.print();
  }

  @ParameterizedTest
  @EnumSource(ProxyKind.class)
  void noRequestIsLost(ProxyKind kind) {
    Updates.ByAgent updates = Updates.ByAgent.of(server, "start-first", 1);
    RIG.assertUnnoticed(RIG.run("start-first", updates, List.of(kind), Load.Asks.OFTEN));
    assertThat(updates.gaps()).containsOnly(0L);
  }

  @ParameterizedTest
  @EnumSource(ProxyKind.class)
  void norWithThreeReplicas(ProxyKind kind) {
    Updates.ByAgent updates = Updates.ByAgent.of(server, "start-first", 3);
    RIG.assertUnnoticed(
        RIG.run("start-first, 3 replicas", updates, List.of(kind), Load.Asks.OFTEN));
    assertThat(updates.gaps()).containsOnly(0L);
  }

  /** One replica after the other is away; what a client notices is the proxy's to hide. */
  @Test
  void threeReplicasRecreatedOneByOneNeverLeaveNobody() {
    Updates.ByAgent updates = Updates.ByAgent.of(server, "recreate", 3);
    RIG.run("recreate, 3 replicas", updates, List.of(ProxyKind.HAPROXY), Load.Asks.OFTEN, false);
    assertThat(updates.gaps()).containsOnly(0L);
  }

  @Test
  void recreateHasAGapThatTheTableShows() {
    Updates.ByAgent updates = Updates.ByAgent.of(server, "recreate", 1);
    Load.Result result =
        RIG.run("recreate", updates, List.of(ProxyKind.NGINX), Load.Asks.OFTEN, false).getFirst();
    assertThat(result.failed()).isPositive();
    assertThat(updates.gaps()).allMatch(gap -> gap > 0);
  }

  @Test
  void dockerComposeUpHasAGapThatTheTableShows() {
    Load.Result result =
        RIG.run(
                "docker-compose up -d",
                Updates.ByCompose.make(),
                List.of(ProxyKind.NGINX),
                Load.Asks.OFTEN,
                false)
            .getFirst();
    assertThat(result.failed()).isPositive();
  }
}
