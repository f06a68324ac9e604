package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution's caches of classes: they fit, they are current, and nothing hangs on them. */
class CachesIT {
  @TempDir Path folder;

  private Shell.Ended agent(String options) throws IOException {
    Path config = folder.resolve("agent.yaml");
    Files.writeString(
        config,
        "state: %1$s/state\ndocker: { host: \"unix://%1$s/none.sock\" }\napi: { socket: %1$s/s, listen: \"off\" }\napps: {}\n"
            .formatted(folder));
    return holdfast(options, "agent", "--once", "--config", config.toString());
  }

  private static Shell.Ended holdfast(String options, String... words) {
    List<String> command = Stream.concat(Stream.of(Cli.program()), Stream.of(words)).toList();
    return Shell.run(command, null, Map.of("HOLDFAST_JAVA_OPTS", options));
  }

  private double cached(Path loaded) throws IOException {
    List<String> classes =
        Files.readAllLines(loaded).stream()
            .filter(line -> line.contains(" source: "))
            // Made while it runs: hidden classes and proxies are in no cache.
            .filter(line -> !line.contains("__"))
            .toList();
    long cached = classes.stream().filter(line -> line.contains("shared objects file")).count();
    assertThat(classes).hasSizeGreaterThan(500);
    return (double) cached / classes.size();
  }

  @Test
  void almostAllThatTheAgentLoadsAtItsStartComesFromTheCache() throws IOException {
    Path loaded = folder.resolve("loaded");
    agent("-Xshare:on -Xlog:class+load=info:file=" + loaded + ":none").orFail();
    assertThat(cached(loaded)).as("old lists: run `make train`").isGreaterThan(0.9);
  }

  @Test
  void almostAllThatACommandLoadsComesFromTheCache() throws IOException {
    Path loaded = folder.resolve("loaded");
    String options = "-Xshare:on -Xlog:class+load=info:file=" + loaded + ":none";
    assertThat(holdfast(options, "status", "--socket", folder + "/none").code()).isEqualTo(4);
    assertThat(cached(loaded)).as("old lists: run `make train`").isGreaterThan(0.9);
  }

  @Test
  void withoutTheCacheAllWorksAndNothingIsSaidOfIt() throws IOException {
    Shell.Ended ended = agent("-XX:SharedArchiveFile=" + folder + "/none.jsa").orFail();
    assertThat(ended.out() + ended.err()).doesNotContain("[error]").doesNotContain("Exception");
    assertThat(holdfast("-Xshare:off", "--help").orFail().out()).contains("status");
  }
}
