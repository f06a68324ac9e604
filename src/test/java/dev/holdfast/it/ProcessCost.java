package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the kernel says that a process takes.
 *
 * @param anonymous memory of its own, in MiB
 * @param resident with what is mapped of files, in MiB
 * @param processor seconds of processor time so far
 */
record ProcessCost(double anonymous, double resident, double processor, int threads) {
  private static final double TICKS = 100;

  static ProcessCost of(long pid) {
    try {
      List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return new ProcessCost(
          kib(status, "RssAnon:") / 1024.0,
          kib(status, "VmRSS:") / 1024.0,
          (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS,
          Integer.parseInt(fields[17]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long kib(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /** Its threads by name; numbers at the end are counted. */
  static String threadNames(long pid) {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      return tasks
          .map(ProcessCost::name)
          .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()))
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip().replaceAll("[-#0-9]+$", "");
    } catch (IOException e) {
      return "gone";
    }
  }
}
