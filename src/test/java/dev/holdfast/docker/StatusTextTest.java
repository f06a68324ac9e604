package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusTextTest {
  @ParameterizedTest
  @CsvSource({
    "Up Less than a second, PT0S",
    "Up 1 second, PT1S",
    "Up 5 seconds (health: starting), PT5S",
    "Up About a minute, PT1M",
    "Up 2 minutes, PT2M",
    "Up 59 minutes (healthy), PT59M",
    "Up About an hour (unhealthy), PT1H",
    "Up 2 hours (Paused), PT1H30M",
    "Up 3 days (health: starting), PT71H30M",
    "Up 2 weeks, PT47H30M",
    "Exited (1) 3 seconds ago, PT3S",
    "Exited (0) 5 minutes ago, PT5M",
    "Exited (137) About an hour ago, PT1H",
  })
  void saysSinceWhenNothingStartedOrEndedAtTheLeast(String status, Duration least) {
    assertThat(StatusText.unchangedFor(status)).hasValue(least);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Created", "Restarting (1) 4 seconds ago", "Dead", "", "Up"})
  void whatIsUnknownIsNotTrusted(String status) {
    assertThat(StatusText.unchangedFor(status)).isEmpty();
  }

  @Test
  void knowsWithWhatItExited() {
    assertThat(StatusText.exit("Exited (137) 3 seconds ago")).isEqualTo("137");
    assertThat(StatusText.exit("Up 3 seconds (healthy)")).isEqualTo("none");
  }

  @Test
  void knowsTheHealthInBrackets() {
    assertThat(StatusText.health("Up 5 minutes (healthy)")).isEqualTo("healthy");
    assertThat(StatusText.health("Up 5 minutes (unhealthy)")).isEqualTo("unhealthy");
    assertThat(StatusText.health("Up 5 minutes (health: starting)")).isEqualTo("starting");
    assertThat(StatusText.health("Up 5 minutes (Paused)")).isEqualTo("none");
    assertThat(StatusText.health("Up 5 minutes")).isEqualTo("none");
  }
}
