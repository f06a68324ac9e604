package dev.holdfast.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A server of deploy/example: an engine and an agent in a network of their own, and the files of
 * its /etc/holdfast. The agent is the distribution as it was unpacked there.
 */
final class ExampleServer implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(120);
  private static final int PORT = 7460;
  final String name;
  final Docker docker;
  final Cli cli;
  final Api api;
  final AgentProcess agent;

  /** This machine, as the server sees it. */
  final String outside;

  private final Path folder;

  ExampleServer(String name, Path program, String token) {
    this.name = name;
    WorldScripts scripts = World.get().scripts();
    folder = scripts.folder().resolve("server-" + name);
    String engine = scripts.run(Map.of("HOLDFAST_NETNS", "yes"), "engine.sh", "start", name);
    String[] network = scripts.run("engine.sh", "network", name).split(" ");
    outside = network[1];
    docker = new Docker(engine);
    cli = new Cli(folder.resolve("s"));
    api = new Api(network[2], PORT, token);
    agent = new AgentProcess(etc("agent.yaml"), folder.resolve("agent.log"));
    agent.command = List.of("nsenter", "--net=/run/netns/" + network[0], program.toString());
    secret("token", token);
    extra =
        List.of(
            "state: " + state(),
            "docker: { host: \"" + engine + "\" }",
            "api: { socket: %s, listen: \"%s:%d\", token-file: %s }"
                .formatted(folder.resolve("s"), network[2], PORT, etc("token")),
            "interval: 1s");
  }

  private final List<String> extra;

  Path socket() {
    return folder.resolve("s");
  }

  Path state() {
    return folder.resolve("state");
  }

  /** What stands for /etc/holdfast/NAME. */
  Path etc(String file) {
    return folder.resolve("etc").resolve(file);
  }

  /** Its agent.yaml of the example, and where things lie in this world. */
  void configure(String example) {
    secret("agent.yaml", example + String.join("\n", extra) + "\n");
  }

  void secret(String file, String content) {
    try {
      Files.createDirectories(etc(file).getParent());
      Path fresh = Files.writeString(etc(file + ".new"), content);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
      Files.move(
          fresh,
          etc(file),
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode look() {
    try {
      return api.app("shop");
    } catch (IOException e) {
      return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }
  }

  /** Newest first. */
  List<JsonNode> deployments() {
    try {
      return api.deployments("shop");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode ofVersion(String version) {
    return deployments().stream()
        .filter(record -> record.path("version").asText().equals(version))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " has no " + version));
  }

  JsonNode await(String what, Predicate<JsonNode> condition) {
    long end = System.nanoTime() + SOON.toNanos();
    JsonNode seen = look();
    while (!condition.test(seen)) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            name + ": waited for " + what + "; last seen: " + seen + "\n" + agent.log());
      }
      java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
      seen = look();
    }
    return seen;
  }

  /** In a container of the app. */
  String in(String service, String... command) {
    String[] all = new String[command.length + 2];
    all[0] = "exec";
    all[1] = "shop-" + service + "-1";
    System.arraycopy(command, 0, all, 2, command.length);
    return docker.run(all);
  }

  String postgres(String statement) {
    return in("db", "psql", "-q", "-U", "app", "-tAc", statement, "app");
  }

  String maria(String statement) {
    String client =
        "exec mariadb -h 127.0.0.1 -uroot -p\"$MARIADB_ROOT_PASSWORD\" -N stock -e \"$0\"";
    return in("stock-db", "sh", "-c", client, statement);
  }

  /** How many rows both databases hold, and what they are. */
  String rows() {
    return postgres("SELECT count(*), md5(string_agg(u::text, ',' ORDER BY id)) FROM \"User\" u")
        + " "
        + maria("SELECT count(*) FROM items; CHECKSUM TABLE items");
  }

  @Override
  public void close() {
    agent.close();
  }
}
