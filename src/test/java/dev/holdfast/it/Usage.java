package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What an agent and its engine take at one moment; sizes in KiB. */
record Usage(
    long threads,
    long descriptors,
    long heap,
    long containers,
    long images,
    long state,
    long engine) {
  private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
  private static final Pattern DISK = Pattern.compile("^(\\d+)");

  /** The heap after a full collection. */
  static Usage of(Server server, Path engineData) {
    long pid = server.agent().pid();
    return new Usage(
        entries(Path.of("/proc/" + pid + "/task")),
        entries(Path.of("/proc/" + pid + "/fd")),
        heap(pid) / 1024,
        server.docker().run("ps", "-aq").lines().count(),
        server.docker().run("images", "-aq").lines().distinct().count(),
        disk(server.state()),
        disk(engineData));
  }

  private static long entries(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long heap(long pid) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    String histogram =
        Shell.run(List.of(jcmd, Long.toString(pid), "GC.class_histogram"), null, Map.of()).text();
    return number(TOTAL, histogram);
  }

  /** Files come and go meanwhile: what du misses of them is no failure. */
  private static long disk(Path folder) {
    return number(DISK, Shell.run(List.of("du", "-skx", folder.toString())).out());
  }

  private static long number(Pattern pattern, String text) {
    Matcher found = pattern.matcher(text);
    assertThat(found.find()).as("a number in: %s", text).isTrue();
    return Long.parseLong(found.group(1));
  }

  /** As much as at the beginning, but for what is said here. */
  void assertNoMoreThan(Usage begun) {
    assertThat(threads).as("threads").isLessThanOrEqualTo(begun.threads + 6);
    assertThat(descriptors).as("file descriptors").isLessThanOrEqualTo(begun.descriptors + 10);
    assertThat(heap).as("KiB of heap after a collection").isLessThanOrEqualTo(begun.heap + 2_048);
    assertThat(containers).as("containers").isEqualTo(begun.containers);
    assertThat(images).as("images").isEqualTo(begun.images);
    assertThat(state).as("KiB of state").isLessThanOrEqualTo(begun.state + 512);
    assertThat(engine).as("KiB of the engine's data").isLessThanOrEqualTo(begun.engine + 4_096);
  }

  @Override
  public String toString() {
    return "%d threads, %d descriptors, heap %d KiB, %d containers, %d images, state %d KiB, engine %d KiB"
        .formatted(threads, descriptors, heap, containers, images, state, engine);
  }
}
