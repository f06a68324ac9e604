package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One agent with 1, 20 and 200 apps of one service each, out of folders of one repository. */
final class ManyAppsCost {
  private static final Duration WINDOW = Duration.ofSeconds(60);
  private final Server server;
  private final CostTable table;
  private final List<App> apps = new ArrayList<>();

  ManyAppsCost(Server server, CostTable table) {
    this.server = server;
    this.table = table;
  }

  void measure() {
    server.every("30s");
    server.settings.add("concurrency: 4");
    server.agent().environment.put("HOLDFAST_JAVA_OPTS", "");
    App first = server.app().web("1.0.0");
    for (int number : List.of(1, 20, 200)) {
      while (apps.size() < number) {
        apps.add(apps.isEmpty() ? first : server.app());
        write(first, apps.getLast());
      }
      first.repo.push(number + " apps");
      List<App> fresh =
          apps.stream()
              .filter(app -> server.look(app).isMissingNode() || !server.look(app).has("app"))
              .toList();
      server.add(fresh.toArray(App[]::new));
      server.until(
          Duration.ofMinutes(15), number + " apps", this::synced, count -> count == number);
      figures(number);
    }
  }

  private void write(App first, App app) {
    app.registry = first.registry;
    String image = first.image("web") + ":1.0.0";
    first.repo.write(
        app.name + "/compose.yaml",
        "x-holdfast: { watch: 0s }\nservices:\n"
            + app.webService("web").replace(app.image("web"), image));
    app.source = "git: { url: \"" + first.repo.url() + "\", ref: main, path: " + app.name + " }";
  }

  private int synced() {
    try {
      int count = 0;
      for (JsonNode app :
          new com.fasterxml.jackson.databind.ObjectMapper()
              .readTree(server.api().get("/api/v1/apps"))) {
        count += app.path("phase").asText().equals("Synced") ? 1 : 0;
      }
      return count;
    } catch (IOException e) {
      return -1;
    }
  }

  private void figures(int number) {
    // Two intervals, so that what the rollouts took is given back.
    IdleCost.pause(Duration.ofSeconds(60));
    ProcessCost before = ProcessCost.of(server.agent().pid());
    double sum = sum();
    long count = count();
    IdleCost.pause(WINDOW);
    ProcessCost after = ProcessCost.of(server.agent().pid());
    String of = number + (number == 1 ? " app" : " apps");
    table.put(of + ", anonymous memory", after.anonymous(), "MiB", "");
    table.put(of + ", resident memory", after.resident(), "MiB", "");
    table.put(
        of + ", processor of one core",
        100 * (after.processor() - before.processor()) / WINDOW.toSeconds(),
        "%",
        "linear");
    table.put(of + ", a look", 1000 * (sum() - sum) / Math.max(1, count() - count), "ms", "");
  }

  private double sum() {
    return metric("holdfast_reconcile_duration_seconds_sum");
  }

  private long count() {
    return (long) metric("holdfast_reconcile_duration_seconds_count");
  }

  private double metric(String name) {
    try {
      return server
          .api()
          .get("/q/metrics")
          .lines()
          .filter(line -> line.startsWith(name))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
