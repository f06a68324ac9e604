package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short way to a status says and answers what the ordinary way does. */
@Timeout(30)
class ShortcutTest {
  private FakeAgent agent;

  @BeforeEach
  void start() throws IOException {
    agent = new FakeAgent();
    agent.with("shop", "blog");
  }

  @AfterEach
  void end() throws IOException {
    agent.close();
  }

  private Command.Result shortly(String... words) {
    return Command.run(Map.of("HOLDFAST_SOCKET", agent.socket().toString()), words);
  }

  /** An option leads past the shortcut. */
  private Command.Result ordinarily(String... words) {
    String[] all = java.util.Arrays.copyOf(words, words.length + 1);
    all[words.length] = "--output=text";
    return shortly(all);
  }

  @Test
  void bothWaysPrintTheSame() {
    assertThat(shortly("status").out()).contains("shop", "blog");
    assertThat(shortly("status")).isEqualTo(ordinarily("status"));
    assertThat(shortly("status", "shop").out()).contains("shop").doesNotContain("blog");
    assertThat(shortly("status", "shop")).isEqualTo(ordinarily("status", "shop"));
  }

  @Test
  void bothWaysFailTheSame() {
    assertThat(shortly("status", "nothing").code()).isEqualTo(CliException.FAILED);
    assertThat(shortly("status", "nothing")).isEqualTo(ordinarily("status", "nothing"));
  }

  @Test
  void bothWaysSayThatNobodyAnswers() {
    Map<String, String> nowhere = Map.of("HOLDFAST_SOCKET", agent.socket() + "-none");
    Command.Result result = Command.run(nowhere, "status");
    assertThat(result.code()).isEqualTo(CliException.NO_AGENT);
    assertThat(result).isEqualTo(Command.run(nowhere, "status", "--output=text"));
  }

  @Test
  void bothWaysReadTheSameAgentYaml() {
    String nowhere = agent.socket() + "-none.yaml";
    Command.Result result = shortly("agent", "--config", nowhere);
    assertThat(result.code()).isEqualTo(CliException.USAGE);
    assertThat(result.err()).contains(nowhere);
    assertThat(result).isEqualTo(shortly("agent", "--config=" + nowhere));
  }

  @Test
  void whatTheShortcutDoesNotKnowGoesTheOrdinaryWay() {
    assertThat(shortly("status", "shop", "blog").code()).isEqualTo(CliException.USAGE);
    assertThat(shortly("status", "--nonsense").code()).isEqualTo(CliException.USAGE);
    assertThat(shortly("status", "").code()).isEqualTo(ordinarily("status", "").code());
    assertThat(shortly("status", "-h").out()).startsWith("Usage:");
    assertThat(shortly("agent", "-h").out()).startsWith("Usage:");
    assertThat(shortly("agent", "--config").code()).isEqualTo(CliException.USAGE);
    assertThat(shortly("agent", "--config", "--once").code())
        .isEqualTo(shortly("agent", "--config=--once").code());
    assertThat(shortly().code()).isEqualTo(CliException.USAGE);
  }
}
