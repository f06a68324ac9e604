package dev.holdfast.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class SampleTest {
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
  private static final Answer NONE = new Answer.NotAsked();

  private static Sample sample(Answer answer, Answer stoodIn) {
    return new Sample(NOW, null, answer, null, stoodIn);
  }

  /** The one between two such may go; each answer of a probe counts, a yes as well as a no. */
  @Test
  void saysNothingWhereNobodyWasAsked() {
    assertThat(sample(NONE, NONE).saysNothing()).isTrue();
    assertThat(sample(new Answer.Yes(), NONE).saysNothing()).isFalse();
    assertThat(sample(NONE, new Answer.No("refused")).saysNothing()).isFalse();
    assertThat(sample(NONE, NONE).frozen()).isFalse();
  }
}
