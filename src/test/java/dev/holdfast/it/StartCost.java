package dev.holdfast.it;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** How long the agent takes to be ready, and a command to answer. */
final class StartCost {
  private static final int RUNS = 9;
  private final Server server;
  private final CostTable table;

  StartCost(Server server, CostTable table) {
    this.server = server;
    this.table = table;
  }

  void measure() {
    server.every("30s");
    server.agent().environment.put("HOLDFAST_JAVA_OPTS", "");
    try (FourApps four = new FourApps(server)) {
      App app = four.apps.getFirst();
      double[] ps = compose(app, "ps");
      start(ps);
      commands(app, ps);
    }
  }

  private void start(double[] ps) {
    double[] seconds = new double[RUNS];
    double[] processor = new double[RUNS];
    for (int i = 0; i < RUNS; i++) {
      server.agent().stop();
      long begun = System.nanoTime();
      server.agent().start();
      while (!isReady()) {
        Thread.onSpinWait();
      }
      seconds[i] = (System.nanoTime() - begun) / 1e9;
      processor[i] = ProcessCost.of(server.agent().pid()).processor();
    }
    table.put("start to ready, 4 apps, 20 services", seconds, "s", "0.6", "docker-compose ps", ps);
    table.put("start to ready, processor time", processor, "s", "");
  }

  /** As a load balancer would ask. */
  private boolean isReady() {
    try {
      Thread.sleep(10);
      HttpURLConnection ask =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + server.port() + "/q/health/ready")
                  .toURL()
                  .openConnection();
      return ask.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private void commands(App app, double[] ps) {
    String socket = server.folder().resolve("s").toString();
    Map<String, String> environment = Map.of("HOLDFAST_SOCKET", socket);
    List<String> status = List.of(Cli.program(), "status", app.name);
    table.put(
        "holdfast status APP", times(status, environment), "s", "0.10", "docker-compose ps", ps);
    double[] all = times(List.of(Cli.program(), "status"), environment);
    table.put("holdfast status, 4 apps, 20 services", all, "s", "0.10");
    List<String> validate = List.of(Cli.program(), "validate", app.repo.file("").toString());
    table.put(
        "holdfast validate, 5 services",
        times(validate, Map.of("CANARY", "x")),
        "s",
        "0.25",
        "docker-compose config -q",
        compose(app, "config", "-q"));
  }

  private double[] compose(App app, String... words) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                "docker-compose", "-p", app.name, "-f", app.repo.file("compose.yaml").toString()));
    command.addAll(List.of(words));
    return times(command, Map.of("DOCKER_HOST", server.engineHost(), "CANARY", "x"));
  }

  private static double[] times(List<String> command, Map<String, String> environment) {
    double[] seconds = new double[RUNS];
    for (int i = -1; i < RUNS; i++) {
      long begun = System.nanoTime();
      Shell.run(command, null, environment).orFail();
      seconds[Math.max(i, 0)] = (System.nanoTime() - begun) / 1e9;
    }
    return seconds;
  }
}
