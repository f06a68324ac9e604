package dev.holdfast.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class GitDeadlineTest {
  private static final Limits SHORT =
      new Limits(
          Duration.ofSeconds(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(20),
          Duration.ofSeconds(20));
  @TempDir Path folder;
  private GitRig rig;
  private HangingGitServer server;
  private String commit;

  @BeforeEach
  void start() throws IOException {
    rig = new GitRig(folder);
    byte[] noise = new byte[2_000_000];
    new Random(1).nextBytes(noise);
    commit = rig.write("noise", Base64.getEncoder().encodeToString(noise)).push("main");
    server = new HangingGitServer(rig.bare);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private GitSource source() {
    return new GitSource(
        new GitSettings(GitUrl.parse(server.url()), "main", "", null, null, null, null),
        rig.state,
        SHORT);
  }

  @Test
  void aServerThatNeverAnswersIsLeftAtTheTimeLimit() {
    server.hang(0, 0);
    long start = System.nanoTime();
    assertThatThrownBy(() -> source().look())
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("no answer within 1 s");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(6));
    assertNoGitIsLeft();
  }

  @Test
  void F23_aFetchThatStallsIsKilledAndTheNextLookGoesOnFromThere() throws IOException {
    GitSource source = source();
    source.look();
    byte[] noise = new byte[2_000_000];
    new Random(2).nextBytes(noise);
    String next = rig.write("noise2", Base64.getEncoder().encodeToString(noise)).push("main");
    server.hang(server.connections.get() + 1, 500_000);
    assertThatThrownBy(source::look)
        .isInstanceOf(SourceException.class)
        .hasMessageContaining("no progress for 1 s");
    assertNoGitIsLeft();
    server.hang(Integer.MAX_VALUE, 0);
    assertThat(source.look().revision()).isEqualTo(next);
    try (var files = Files.walk(rig.state)) {
      assertThat(files.map(Path::toString))
          .noneMatch(name -> name.endsWith(".lock") || name.contains("tmp_"));
    }
  }

  @Test
  void aFirstFetchThatStallsLeavesNothingThatCounts() {
    server.hang(1, 500_000);
    GitSource source = source();
    assertThatThrownBy(source::look).isInstanceOf(SourceException.class);
    assertNoGitIsLeft();
    server.hang(Integer.MAX_VALUE, 0);
    assertThat(source.look().revision()).isEqualTo(commit);
  }

  private void assertNoGitIsLeft() {
    String state = rig.state.toString();
    assertThat(ProcessHandle.current().descendants())
        .noneMatch(
            process ->
                process
                    .info()
                    .commandLine()
                    .map(line -> line.contains(state) || line.contains(server.url()))
                    .orElse(false));
  }

  @Test
  void aGitThatAKilledAgentLeftIsEndedAndNoOtherProcessIs() throws Exception {
    source().look();
    Process orphan = new ProcessBuilder("sleep", "300").start();
    Process stranger = new ProcessBuilder("sleep", "300").start();
    try {
      Orphan.note(rig.state, orphan);
      source().look();
      assertThat(orphan.waitFor(5, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
      Files.writeString(rig.state.resolve("running"), stranger.pid() + " 12345");
      source().look();
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      orphan.destroyForcibly();
      stranger.destroyForcibly();
    }
  }
}
