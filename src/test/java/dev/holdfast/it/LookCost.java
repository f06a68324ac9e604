package dev.holdfast.it;

import dev.holdfast.rig.SocketFaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a look asks of the engine where nothing changed: one app with 1, 20 and 200 services. */
final class LookCost {
  private static final int LOOKS = 30;
  private final Server server;
  private final CostTable table;

  LookCost(Server server, CostTable table) {
    this.server = server;
    this.table = table;
  }

  void measure() {
    server.every("1s");
    server.agent().environment.put("HOLDFAST_JAVA_OPTS", "");
    Path engine = Path.of(server.engineHost().substring("unix://".length()));
    App app = server.app().web("1.0.0");
    try (SocketFaultProxy proxy =
        SocketFaultProxy.between(server.folder().resolve("engine.sock"), engine)) {
      server.dockerHost = proxy.host();
      for (int services : List.of(1, 20, 200)) {
        roll(app, services);
        look(proxy, services);
      }
      server.agent().stop();
      server.dockerHost = null;
    }
    server.configure();
    server.agent().start();
    server.awaitPhase(app, "Synced");
  }

  private void roll(App app, int services) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < services; i++) {
      text.append(app.webService("web" + i).replace(app.image("web"), app.image("web") + ":1.0.0"));
    }
    String version = Integer.toString(services);
    app.compose("x-holdfast: { watch: 0s }", text.toString()).versions(version, java.util.Map.of());
    app.repo.write("versions.yaml", "version: \"" + version + "\"\nservices: {}\n");
    app.repo.push(version);
    if (!server.agent().alive()) {
      server.add(app);
    }
    server.until(
        Duration.ofMinutes(9),
        services + " services",
        () -> server.look(app),
        view ->
            view.path("version").asText().equals(version)
                && view.path("phase").asText().equals("Synced"));
  }

  private void look(SocketFaultProxy proxy, int services) {
    IdleCost.pause(Duration.ofSeconds(5));
    int calls = proxy.requests().size();
    double processor = ProcessCost.of(server.agent().pid()).processor();
    IdleCost.pause(Duration.ofSeconds(LOOKS));
    double taken = ProcessCost.of(server.agent().pid()).processor() - processor;
    List<String> asked = proxy.requests().subList(calls, proxy.requests().size());
    String of = services + (services == 1 ? " service" : " services");
    table.put("a quiet look at " + of + ", engine calls", (double) asked.size() / LOOKS, "", "1");
    table.put("a quiet look at " + of + ", processor time", 1000 * taken / LOOKS, "ms", "");
    asked.stream().distinct().limit(5).forEach(call -> System.out.println("bench: asked " + call));
  }
}
