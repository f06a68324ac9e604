package dev.holdfast.it;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A small server as people have it: 4 apps with 20 services, images from 3 registries, definitions
 * from a git host over HTTP.
 */
final class FourApps implements AutoCloseable {
  static final int SERVICES = 20;
  private static final int APPS = 4;
  private static final int REGISTRIES = 3;
  private final Server server;
  final List<App> apps = new ArrayList<>();
  final List<Wiretap> registries = new ArrayList<>();
  final Wiretap git;

  FourApps(Server server) {
    this.server = server;
    World world = World.get();
    git = Wiretap.on(world.once("git.sh", "http", "bench", "auto"));
    for (int i = 0; i < REGISTRIES; i++) {
      registries.add(Wiretap.on(world.registry()));
    }
    for (int i = 0; i < APPS; i++) {
      apps.add(app(registries.get(i % REGISTRIES)));
    }
    server.add(apps.toArray(App[]::new));
    apps.forEach(app -> server.awaitLive(app, "1"));
  }

  private App app(Wiretap registry) {
    App app = server.app();
    app.registry = registry.address();
    StringBuilder services = new StringBuilder();
    for (int i = 0; i < SERVICES / APPS; i++) {
      services.append(app.webService("web" + i));
    }
    app.web("1.0.0").compose("x-holdfast: { watch: 1s }", services.toString());
    app.versions(
        "1",
        Map.of(
            "web0", "1.0.0", "web1", "1.0.0", "web2", "1.0.0", "web3", "1.0.0", "web4", "1.0.0"));
    app.repo.push("1");
    app.source =
        "git: { url: \"" + app.repo.url("http://" + git.address() + "/git") + "\", ref: main }";
    return app;
  }

  void forget() {
    registries.forEach(Wiretap::forget);
    git.forget();
  }

  @Override
  public void close() {
    registries.forEach(Wiretap::close);
    git.close();
  }
}
