package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are called as a shim and what waits below it are called. */
class HalfStartedTest {
  private static final String ID = "a1".repeat(32);
  private static final String OTHER = "b2".repeat(32);

  @TempDir Path folder;
  private Process shim;

  /** The child writes its number into {@code child}; both wait. */
  private ProcessHandle started(String shimName, String child) throws Exception {
    Files.writeString(folder.resolve("init"), "echo $$ >child; read -r never <pipe\n");
    Files.writeString(
        folder.resolve("shim"), "bash -c 'exec -a " + child + "' &\nread -r never <pipe\n");
    run("mkfifo", "pipe");
    shim = in("bash", "-c", "exec -a " + shimName + " bash shim -namespace moby -id " + ID).start();
    Path number = folder.resolve("child");
    for (int tried = 0; tried < 500; tried++) {
      if (Files.exists(number) && Files.readString(number).endsWith("\n")) {
        return ProcessHandle.of(Long.parseLong(Files.readString(number).strip())).orElseThrow();
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("the child did not start");
  }

  private ProcessBuilder in(String... command) {
    return new ProcessBuilder(command).directory(folder.toFile()).inheritIO();
  }

  private void run(String... command) throws IOException, InterruptedException {
    assertThat(in(command).start().waitFor()).isZero();
  }

  @AfterEach
  void end() {
    shim.descendants().forEach(ProcessHandle::destroyForcibly);
    shim.destroyForcibly();
  }

  @Test
  void whatWaitsBelowTheContainersShimEndsWithIt() throws Exception {
    ProcessHandle waiting = started("/usr/bin/containerd-shim-runc-v2", "runc bash init");

    assertThat(HalfStarted.end(ID)).isTrue();

    assertThat(shim.waitFor(10, TimeUnit.SECONDS)).isTrue();
    waiting.onExit().get(10, TimeUnit.SECONDS);
  }

  @Test
  void anotherContainersIsNoneOfItsBusiness() throws Exception {
    ProcessHandle waiting = started("/usr/bin/containerd-shim-runc-v2", "runc bash init");

    assertThat(HalfStarted.end(OTHER)).isFalse();

    assertThat(waiting.isAlive()).isTrue();
    assertThat(shim.isAlive()).isTrue();
  }

  /** What a container runs is not what waits to become it. */
  @Test
  void aContainerThatRunsIsLeftAlone() throws Exception {
    ProcessHandle running = started("/usr/bin/containerd-shim-runc-v2", "node bash init");

    assertThat(HalfStarted.end(ID)).isFalse();

    assertThat(running.isAlive()).isTrue();
  }

  @Test
  void aProcessThatOnlyNamesTheContainerIsNoShim() throws Exception {
    ProcessHandle waiting = started("/usr/bin/editor", "runc bash init");

    assertThat(HalfStarted.end(ID)).isFalse();

    assertThat(waiting.isAlive()).isTrue();
  }
}
