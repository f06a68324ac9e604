package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What an agent takes at which nothing changes: 4 apps, 20 services, under a hard limit of 160 MB.
 * An hour has 120 looks an app at the interval of 30 s; with a shorter one ({@code INTERVAL=1s})
 * that many looks are made sooner, and what hangs on time alone is not seen.
 */
final class IdleCost {
  private static final long LIMIT = 160_000_000;
  private static final int LOOKS = Integer.getInteger("holdfast.looks", 120);
  private static final Duration INTERVAL =
      Duration.parse("PT" + System.getProperty("holdfast.interval", "1s").toUpperCase(Locale.ROOT));
  private static final int WINDOWS = 5;
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private final Server server;
  private final CostTable table;
  private final List<double[]> anonymous = new ArrayList<>();
  private final List<double[]> resident = new ArrayList<>();

  IdleCost(Server server, CostTable table) {
    this.server = server;
    this.table = table;
  }

  void measure() {
    server.every(INTERVAL.toSeconds() + "s");
    server.agent().environment.put("HOLDFAST_JAVA_OPTS", "");
    try (FourApps four = new FourApps(server)) {
      try (MemoryGroup limit = new MemoryGroup()) {
        hours(limit, "");
        server.agent().stop();
        server.agent().start();
        four.apps.forEach(app -> server.awaitPhase(app, "Synced"));
        hours(limit, "started anew, ");
        every("30s");
        processor();
        polls(four);
        System.out.println("bench: threads " + ProcessCost.threadNames(server.agent().pid()));
        server.agent().stop();
      }
      server.agent().start();
      four.apps.forEach(app -> server.awaitPhase(app, "Synced"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Two of them, to see whether it is flat after the first: of an agent that has deployed all of
   * it, and of one that found it as it is.
   */
  private void hours(MemoryGroup limit, String which) throws IOException {
    limit.take(server.agent().pid());
    limit.limit(LIMIT);
    anonymous.clear();
    resident.clear();
    ProcessCost fresh = ProcessCost.of(server.agent().pid());
    table.put("memory " + which + "when ready, anonymous", fresh.anonymous(), "MiB", "");
    table.put("memory " + which + "when ready, resident", fresh.resident(), "MiB", "");
    long begun = System.nanoTime();
    for (int hour = 1; hour <= 2; hour++) {
      hour(begun);
      ProcessCost now = ProcessCost.of(server.agent().pid());
      String when = which + "after " + hour * LOOKS + " looks each " + INTERVAL.toSeconds() + " s";
      table.put("memory " + when + ", anonymous", latest(anonymous), "MiB", "72, goal 64");
      table.put("memory " + when + ", resident", latest(resident), "MiB", "128, goal 120");
      table.put("memory " + when + ", threads", now.threads(), "", "");
    }
    CostTable.plot(
        which.isEmpty() ? "memory" : "memory-started-anew",
        "MiB",
        List.of(
            new CostTable.Line("anonymous", "#0b5394", anonymous, 72.0),
            new CostTable.Line("resident", "#7f6000", resident, 128.0)));
  }

  /**
   * Of the latest 30 looks. What a large method took to compile stays up to 30 seconds until Java
   * has it given back: one look in 30 s meets that hardly ever, one a second for 30 looks.
   */
  private static double[] latest(List<double[]> points) {
    return points.subList(Math.max(0, points.size() - 30), points.size()).stream()
        .mapToDouble(point -> point[1])
        .toArray();
  }

  /** Prometheus asks twice in an interval, a person now and then. */
  private void hour(long begun) {
    for (int look = 0; look < LOOKS; look++) {
      for (int half = 0; half < 2; half++) {
        pause(INTERVAL.dividedBy(2));
        get("/q/metrics");
      }
      if (look % 10 == 0) {
        get("/api/v1/apps");
      }
      ProcessCost now = ProcessCost.of(server.agent().pid());
      double seconds = (System.nanoTime() - begun) / 1e9;
      anonymous.add(new double[] {seconds, now.anonymous()});
      resident.add(new double[] {seconds, now.resident()});
    }
  }

  private void every(String interval) {
    server.every(interval);
    server.configure();
    server.agent().signal("HUP");
    pause(Duration.ofSeconds(10));
  }

  private void processor() {
    double[] percent = new double[WINDOWS];
    for (int i = 0; i < WINDOWS; i++) {
      double before = ProcessCost.of(server.agent().pid()).processor();
      long begun = System.nanoTime();
      pause(WINDOW);
      double taken = ProcessCost.of(server.agent().pid()).processor() - before;
      percent[i] = 100 * taken / ((System.nanoTime() - begun) / 1e9);
    }
    table.put("processor, idle, interval 30 s, of one core", percent, "%", "0.2");
  }

  /** Over one window of two looks each: the figures of one look. */
  private void polls(FourApps four) {
    long before = looks();
    four.forget();
    pause(WINDOW);
    double looks = (double) (looks() - before) / four.apps.size();
    long asked = four.registries.stream().mapToLong(tap -> tap.requests().size()).sum();
    long bytes = four.registries.stream().mapToLong(Wiretap::bytes).sum();
    System.out.println(
        "bench: a poll's registry requests " + four.registries.getFirst().requests());
    System.out.println("bench: a poll's git requests " + four.git.requests());
    table.put("a poll, registry requests, 4 images of 3 registries", asked / looks, "", "4");
    table.put("a poll, bytes to and from registries", bytes / looks, "bytes", "");
    double polls = looks * four.apps.size();
    table.put("a poll of one git ref, requests", four.git.requests().size() / polls, "", "1");
    table.put("a poll of one git ref, bytes", four.git.bytes() / polls, "bytes", "2000");
  }

  private long looks() {
    return get("/q/metrics")
        .lines()
        .filter(line -> line.startsWith("holdfast_reconcile_duration_seconds_count"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private String get(String path) {
    try {
      return server.api().get(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void pause(Duration duration) {
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
