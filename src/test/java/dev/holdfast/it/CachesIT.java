package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The distribution's caches of classes: they fit, they are current, and nothing hangs on them. */
class CachesIT {
  @TempDir Path folder;

  private Shell.Ended agent(String options) throws IOException {
    return agentOf(Cli.program(), options);
  }

  private Shell.Ended agentOf(String program, String options) throws IOException {
    Path config = folder.resolve("agent.yaml");
    Files.writeString(
        config,
        "state: %1$s/state\ndocker: { host: \"unix://%1$s/none.sock\" }\napi: { socket: %1$s/s, listen: \"off\" }\napps: {}\n"
            .formatted(folder));
    return run(program, options, "agent", "--once", "--config", config.toString());
  }

  private static Shell.Ended holdfast(String options, String... words) {
    return run(Cli.program(), options, words);
  }

  private static Shell.Ended run(String program, String options, String... words) {
    List<String> command = Stream.concat(Stream.of(program), Stream.of(words)).toList();
    return Shell.run(command, null, Map.of("HOLDFAST_JAVA_OPTS", options));
  }

  /** The program of a distribution that has everything but the caches. */
  private Path withoutCaches() throws IOException {
    Path home = Path.of(Cli.program()).getParent().getParent();
    Path bare = Files.createDirectories(folder.resolve("bare"));
    Files.createDirectories(bare.resolve("bin"));
    Files.createDirectories(bare.resolve("lib"));
    Files.createSymbolicLink(bare.resolve("runtime"), home.resolve("runtime"));
    try (Stream<Path> files = Files.list(home.resolve("lib"))) {
      for (Path file : files.filter(file -> !file.toString().endsWith(".jsa")).toList()) {
        Files.createSymbolicLink(bare.resolve("lib").resolve(file.getFileName()), file);
      }
    }
    return Files.copy(
        Path.of(Cli.program()), bare.resolve("bin/holdfast"), StandardCopyOption.COPY_ATTRIBUTES);
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
  void javaFindsTheJarsOfTheCacheWhereverItWasUnpacked() throws IOException {
    Path home = Path.of(Cli.program()).getParent().getParent();
    Path moved = folder.resolve("moved here");
    Shell.run(List.of("cp", "-a", home.toString(), moved.toString()), null, Map.of()).orFail();
    Path thrown = folder.resolve("thrown");
    String options = "-Xshare:on -Xlog:exceptions=info:file=" + thrown + ":none";
    agentOf(moved.resolve("bin/holdfast").toString(), options).orFail();
    // One for each class, where the cache's name of its jar leads nowhere.
    assertThat(Files.readAllLines(thrown))
        .filteredOn(line -> line.contains("NoSuchFileException"))
        .hasSizeLessThan(200);
  }

  @Test
  void withoutTheCacheAllWorksAndNothingIsSaidOfIt() throws IOException {
    Path bare = withoutCaches();
    Shell.Ended ended = agentOf(bare.toString(), "").orFail();
    assertThat(ended.out() + ended.err()).doesNotContain("[error]", "[warning]", "Exception");
    assertThat(holdfast("-Xshare:off", "--help").orFail().out()).contains("status");
  }
}
