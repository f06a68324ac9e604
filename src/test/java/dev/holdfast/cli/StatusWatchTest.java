package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.api.Views;
import dev.holdfast.model.Memory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** `status -w` to a pipe and on a terminal, over changes and an agent's restart. */
@Timeout(60)
class StatusWatchTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicReference<Instant> now = new AtomicReference<>(Views.NOON.plusSeconds(60));
  private FakeAgent agent;

  @BeforeEach
  void start() throws IOException {
    agent = new FakeAgent();
    agent.with("shop");
  }

  @AfterEach
  void end() throws IOException {
    agent.close();
  }

  private Thread watch(boolean interactive) {
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    Terminal terminal = new Terminal(out, out, interactive, false, 80);
    StatusCommand status = new StatusCommand(new Context(terminal, Map.of(), now::get));
    status.watch = true;
    status.agent.socket = agent.socket();
    return Thread.ofPlatform()
        .start(
            () -> {
              try {
                status.call();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void stop(Thread watch) throws InterruptedException {
    watch.interrupt();
    watch.join();
  }

  private int frames() {
    return written().split("SINCE\n", -1).length - 1;
  }

  @Test
  void aPipeGetsEachChangeAndGrowingOlderIsNone() throws Exception {
    Thread watch = watch(false);
    await().until(() -> frames() == 1);
    now.set(Views.NOON.plusSeconds(3600 * 5));
    Thread.sleep(2500);
    assertThat(frames()).as(written()).isEqualTo(1);
    agent.apps.change("shop", Views.held(new Memory.Hold("stocktaking", "ann", Views.NOON)));
    await().until(() -> frames() == 2);
    assertThat(written()).contains("5h", "! stocktaking").doesNotContain("\u001b");
    stop(watch);
  }

  @Test
  void anAgentThatIsAwayIsWaitedForAndSaid() throws Exception {
    Thread watch = watch(false);
    await().until(() -> frames() == 1);
    agent.die();
    await().until(() -> written().contains("! this is what was last known: could not reach"));
    agent.start();
    await().until(() -> frames() == 3);
    assertThat(written()).endsWith("running  2\n");
    stop(watch);
  }

  @Test
  void aTerminalIsRedrawnInPlaceAndGivenBack() throws Exception {
    Thread watch = watch(true);
    await().until(() -> written().contains("Synced"));
    agent.apps.change("shop", Views.held(new Memory.Hold("stocktaking", "ann", Views.NOON)));
    await().until(() -> written().contains("! stocktaking"));
    assertThat(written()).startsWith("\u001b[?1049h").doesNotContain("\u001b[2J");
    stop(watch);
    String last = written().substring(written().indexOf("\u001b[?25h"));
    assertThat(last)
        .startsWith("\u001b[?25h\u001b[?1049lAPP ")
        .contains("! stocktaking")
        .endsWith("running  2\n");
  }

  @Test
  void anAgentThatWasNeverThereIsAnErrorAndNoEmptyScreen() throws Exception {
    agent.die();
    StatusCommand status =
        new StatusCommand(
            new Context(
                new Terminal(new PrintStream(bytes), new PrintStream(bytes), true, false, 80),
                Map.of(),
                now::get));
    status.watch = true;
    status.agent.socket = agent.socket();
    org.assertj.core.api.Assertions.assertThatThrownBy(status::call)
        .isInstanceOf(CliException.class);
    assertThat(written()).isEmpty();
  }
}
