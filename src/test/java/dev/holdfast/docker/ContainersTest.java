package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the engine says of a start that failed, and what follows from it. */
class ContainersTest {
  private static final String ID =
      "12df003c2afb51640a92ad384a13ab7c4d1d60b57e78ac087d1adfaa161d5b98";

  private static EngineException of(String engine) {
    return Containers.notStarted(
        "could not start container shop-api-1: " + engine + " (the engine answered 500)");
  }

  @Test
  void whatIsHalfStartedWillNeverRun() {
    assertThat(of("task " + ID + ": already exists")).isInstanceOf(EngineException.Stuck.class);
  }

  @Test
  void aNameInTheEnginesWordsIsNotTakenForItsOwn() {
    assertThat(of("endpoint with name task already exists in network shop_default"))
        .isInstanceOf(EngineException.NotStarted.class);
  }

  @Test
  void aPortOfSomebodyElseIsAConflict() {
    assertThat(of("Bind for 0.0.0.0:80 failed: port is already allocated"))
        .isInstanceOf(EngineException.Conflict.class);
    assertThat(of("listen tcp4 0.0.0.0:80: bind: address already in use"))
        .isInstanceOf(EngineException.Conflict.class);
  }
}
