package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** F90, F115. */
@Timeout(60)
class StateLockTest {
  @TempDir private Path folder;

  @Test
  void aSecondAgentInAnotherProcessIsToldWhoHoldsTheDirectory() throws Exception {
    Path state = folder.resolve("state");
    try (StateLock lock = StateLock.take(state)) {
      assertThat(lock).isNotNull();
      assertThat(firstLine(StoreProcess.start("", "lock", state)))
          .isEqualTo(
              "another agent (process %d) works on the state directory %s; stop it first, or give this one its own `state:` in agent.yaml"
                  .formatted(ProcessHandle.current().pid(), state));
    }
    StateLock.take(state).close();
  }

  @Test
  void theLockOfAKilledAgentIsFreeAtOnce() throws Exception {
    Process agent = StoreProcess.start("", "lock", folder);
    assertThat(firstLine(agent)).isEqualTo("taken true");
    assertThatThrownBy(() -> StateLock.take(folder))
        .isInstanceOf(StateLock.Taken.class)
        .hasMessageContaining("process " + agent.pid());

    agent.destroyForcibly();
    assertThat(agent.waitFor(10, TimeUnit.SECONDS)).isTrue();
    StateLock.take(folder).close();
  }

  @Test
  void aRefusedSecondTakeInOneProcessDoesNotLoseTheLock() throws Exception {
    try (StateLock lock = StateLock.take(folder)) {
      assertThat(lock).isNotNull();
      assertThatThrownBy(() -> StateLock.take(folder.resolve(".")))
          .isInstanceOf(StateLock.Taken.class);
      assertThat(firstLine(StoreProcess.start("", "lock", folder))).startsWith("another agent");
    }
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> StateLock.take(file.resolve("state")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("could not lock the state directory " + file.resolve("state"));
  }

  private static String firstLine(Process process) throws IOException {
    BufferedReader reader = process.inputReader();
    return reader.readLine();
  }
}
