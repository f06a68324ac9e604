package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nobody notices an update: 200 requests a second through each proxy of docs/zero-downtime.md while
 * releases come, break and go back, with services that end abruptly and such that end well. {@code
 * make bench-gap} does as many as the promise names; other ways stand beside it in the table.
 */
class ZeroDowntimeIT {
  private static final int UPDATES = Integer.getInteger("holdfast.switches", 4);
  private static final List<String> TABLE = new ArrayList<>(List.of(Load.Result.head()));

  @RegisterExtension static final Server server = new Server();

  @AfterAll
  static void print() {
    TABLE.forEach(System.out::println);
  }

  private static Load.Result through(ProxyKind kind, String method, String way, Updates updates) {
    for (int i = 0; i <= UPDATES; i++) {
      Updates.Releases.tag(i);
    }
    Updates.Releases.broken();
    try (updates) {
      updates.first();
      try (ProxyKind.Running proxy = kind.on(updates.network())) {
        Load.Result result = underLoad(Load.on(proxy.url(), method), updates);
        TABLE.add(result.row(kind + " " + method + " " + way));
        if (result.failed() > 0) {
          System.out.println(kind + " " + method + " " + way + ": " + proxy.complaints());
        }
        assertThat(result.sent()).isGreaterThan(Load.RATE * 2L);
        assertThat(result.json().path("versions").size())
            .as("each release served: %s", result.json())
            .isEqualTo(UPDATES + 1);
        return result;
      }
    }
  }

  private static Load.Result underLoad(Load load, Updates updates) {
    try {
      pause(Duration.ofSeconds(2));
      for (int i = 1; i <= UPDATES; i++) {
        int number = i;
        load.during(() -> updates.next(number));
        pause(Duration.ofMillis(500));
      }
    } catch (RuntimeException | Error e) {
      load.stop();
      throw e;
    }
    return load.stop();
  }

  private static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(ProxyKind.class)
  void noRequestIsLostWhileReleasesComeAndGo(ProxyKind kind) {
    Load.Result result = through(kind, "GET", "start-first", Updates.ByAdapter.startFirst());
    assertThat(result.failed()).as("%s", result.json()).isZero();
  }

  @ParameterizedTest
  @EnumSource(ProxyKind.class)
  void noPostIsLost(ProxyKind kind) {
    Load.Result result = through(kind, "POST", "start-first", Updates.ByAdapter.startFirst());
    assertThat(result.failed()).as("%s", result.json()).isZero();
  }

  /** What the same proxies make of a gap. */
  @Test
  void recreateHasAGapThatTheTableShows() {
    Load.Result result =
        through(ProxyKind.NGINX, "GET", "recreate", Updates.ByAgent.of(server, "recreate"));
    assertThat(result.failed()).isPositive();
  }

  @Test
  void dockerComposeUpHasAGapThatTheTableShows() {
    Load.Result result =
        through(ProxyKind.NGINX, "GET", "docker-compose up -d", Updates.ByCompose.make());
    assertThat(result.failed()).isPositive();
  }
}
