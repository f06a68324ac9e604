package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** The proxies of docs/zero-downtime.md, run with the very files that it shows. */
enum ProxyKind {
  NGINX("nginx", "nginx.conf"),
  HAPROXY("haproxy", "haproxy.cfg"),
  CADDY("caddy", "Caddyfile"),
  CADDY_DYNAMIC("caddy", "Caddyfile.dynamic");

  private final String program;
  private final String configuration;

  ProxyKind(String program, String configuration) {
    this.program = program;
    this.configuration = configuration;
  }

  /** A proxy container on the app's network, with one port of loopback. */
  record Running(Docker docker, String name, String url) implements GapRig.Front {
    @Override
    public String complaints() {
      Shell.Ended logs = docker.tried("logs", "--tail", "30", name);
      return logs.out() + logs.err();
    }

    @Override
    public void close() {
      docker.tried("rm", "-f", name);
    }
  }

  /** The proxy of the app itself, which goes with it. */
  private record Own(Docker docker, String name, String url) implements GapRig.Front {
    @Override
    public String complaints() {
      Shell.Ended logs = docker.tried("logs", "--tail", "30", name);
      return logs.out() + logs.err();
    }

    @Override
    public void close() {}
  }

  String image() {
    World world = World.get();
    return world.image("proxy", world.registry() + "/base/" + program + ":1", program);
  }

  /** The example's own where it is of this kind, else another beside it. */
  GapRig.Front before(Updates service) {
    if (this == NGINX && service instanceof Updates.ByAgent agent) {
      String name = agent.app().container("proxy");
      Own own = new Own(World.get().docker(), name, agent.url());
      awaitAnswer(own);
      return own;
    }
    return on(service.network());
  }

  private Running on(String network) {
    World world = World.get();
    String image = image();
    String name = "proxy" + ProcessHandle.current().pid() + "-" + World.next();
    int port = port();
    Path file = Path.of("deploy/proxies", configuration).toAbsolutePath();
    world
        .docker()
        .run(
            "run",
            "-d",
            "--name",
            name,
            "--network",
            network,
            "-p",
            "127.0.0.1:" + port + ":80",
            "-v",
            file + ":/etc/proxy.conf:ro",
            image);
    Running running = new Running(world.docker(), name, "http://127.0.0.1:" + port + "/");
    awaitAnswer(running);
    return running;
  }

  private static int port() {
    try (ServerSocket free = new ServerSocket()) {
      free.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return free.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitAnswer(GapRig.Front running) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (System.nanoTime() < end) {
      try {
        HttpURLConnection ask =
            (HttpURLConnection) URI.create(running.url()).toURL().openConnection();
        ask.setReadTimeout(2000);
        if (ask.getResponseCode() == 200) {
          return;
        }
        Thread.sleep(100);
      } catch (IOException e) {
        // Not yet.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    throw new AssertionError(running.url() + " does not answer: " + running.complaints());
  }
}
