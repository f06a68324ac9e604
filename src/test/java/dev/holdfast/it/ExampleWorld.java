package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What stands around the two servers of deploy/example: a registry with passwords, a git host over
 * ssh, sshds whose one key may only wait, receivers of messages, and CI.
 */
final class ExampleWorld implements AutoCloseable {
  static final String HOOK_SECRET = "hook-" + App.CANARY;
  private static final String TOKEN = "token-" + App.CANARY;
  private static final String SLACK = "/services/" + App.CANARY;
  private final WorldScripts scripts = World.get().scripts();
  private final Path program = unpacked();
  final ExampleServer staging = new ExampleServer("staging", program, TOKEN);
  final ExampleServer production = new ExampleServer("production", program, TOKEN);
  private final String here = staging.outside;
  final Receivers receivers = new Receivers(here);
  private final String registry =
      World.get().once("registry.sh", "start", "example", "auto", "basic");
  private final TcpProxy images = new TcpProxy(here, port(registry));
  private final String git = World.get().once("git.sh", "ssh", "example", "auto");
  private final TcpProxy repositories = new TcpProxy(here, port(git.split("/")[2]));
  private final AppRepo deploy = new AppRepo(scripts, "shop-deploy");
  private final AppRepo sources = new AppRepo(scripts, "shop");
  private final Path ssh = scripts.folder().resolve("ssh");
  private final Map<String, String> versions = new HashMap<>();
  private final List<CiJob.Ended> jobs = new ArrayList<>();
  private String knownHosts = "";

  ExampleWorld() {
    World world = World.get();
    world.image("postgres", registry + "/base/postgres:15");
    world.image("mariadb", registry + "/base/mariadb:10");
    deploy.write("staging/compose.yaml", compose());
    deploy.write("staging/versions.yaml", Example.of("versions.yaml").text());
    deploy.push("what there is before the first release");
    ssh(staging, production);
    install(staging, Example.of("agent-staging.yaml"));
    install(production, Example.of("agent-production.yaml"));
  }

  private static int port(String address) {
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** As on a server: the archive, and nothing of the build beside it. */
  private Path unpacked() {
    Path folder = scripts.folder().resolve("opt");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Shell.run(List.of("tar", "-xzf", Cli.archive() + "", "-C", folder + "", "--strip-components=1"))
        .orFail();
    return folder.resolve("bin/holdfast");
  }

  private String compose() {
    return Example.of("compose.yaml")
        .with("image: postgres:15", "image: registry.example.com/base/postgres:15")
        .with("image: mariadb:10.11", "image: registry.example.com/base/mariadb:10")
        .with("registry.example.com", here + ":" + images.port())
        .with("watch: 30s", "watch: 2s")
        .text();
  }

  private void install(ExampleServer server, Example agent) {
    int port = repositories.port();
    server.configure(
        agent
            .with("registry.example.com: { ", here + ":" + images.port() + ": { insecure: true, ")
            .with("username: servers", "username: ro")
            .with(
                "ssh://git@git.example.com/acme/shop-deploy.git",
                git.replaceFirst("127\\.0\\.0\\.1:[0-9]+", here + ":" + port) + "/shop-deploy.git")
            .with("/etc/holdfast/", server.etc("") + "/")
            .text());
    server.secret("registry.password", "pw-ro\n");
    String messages = "http://" + here + ":" + receivers.port();
    server.secret("slack", messages + "/slack-" + server.name + SLACK + "\n");
    server.secret("hook.url", messages + "/hook\n");
    server.secret("hook.secret", HOOK_SECRET + "\n");
    Path gitHost = scripts.folder().resolve("servers/git-example");
    server.secret("deploy_key", read(gitHost.resolve("key")));
    String known = read(gitHost.resolve("known_hosts")).strip();
    server.secret(
        "known_hosts", known.replaceFirst("\\[.*?]:[0-9]+", "[" + here + "]:" + port) + "\n");
    environment(server, "");
    server.agent.start();
  }

  /** /etc/holdfast/shop.env. */
  void environment(ExampleServer server, String more) {
    server.secret(
        "shop.env",
        "DATABASE_PASSWORD=%s-%s\nSTOCK_PASSWORD=%s-stock-%s\n%s\n"
            .formatted(server.name, App.CANARY, server.name, App.CANARY, more));
  }

  /**
   * `ssh staging.example.com` reaches the sshd of that server; what CI calls is ssh all the same.
   */
  private void ssh(ExampleServer... servers) {
    StringBuilder hosts = new StringBuilder();
    for (ExampleServer server : servers) {
      String port = scripts.run("waiter.sh", server.name, program + "", server.socket() + "");
      String host = server.name + ".example.com";
      hosts.append(
          "Host %s\n  HostName 127.0.0.1\n  Port %s\n  User %s\n  HostKeyAlias %s\n"
              .formatted(host, port, System.getProperty("user.name"), host));
      knownHosts +=
          host + " " + read(scripts.folder().resolve("servers/wait-" + server.name + "/known"));
    }
    try {
      Files.createDirectories(ssh);
      Files.writeString(ssh.resolve("config"), hosts);
      Path wrapper =
          Files.writeString(
              ssh.resolve("ssh"),
              "#!/bin/sh\nexec /usr/bin/ssh -F " + ssh.resolve("config") + " \"$@\"\n");
      Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The application's commit of this run, whose images hold these releases of the samples. */
  CiJob job(String run, String api, String stock) {
    for (String[] image : new String[][] {{"api", api}, {"stock", stock}}) {
      String base = "example-" + image[0] + ":" + image[1];
      World.get().once("images.sh", image[0], base, image[1]);
      sources.write(image[0] + "/Dockerfile", "FROM " + base + "\nLABEL run=" + run + "\n");
    }
    String commit = sources.push("run " + run);
    versions.put(run, run + "-" + commit);
    return new CiJob(workflow(), scripts.folder().resolve("run-" + run))
        .value("github.run_number", run)
        .value("github.sha", commit)
        .value("vars.HOLDFAST_URL", Cli.archive().toUri().toString())
        .value("vars.HOLDFAST_SHA256", sha256(Cli.archive()))
        .value("secrets.REGISTRY_PASSWORD", "pw-ci")
        .value("secrets.WAIT_KEY", read(scripts.folder().resolve("wait_key")))
        .value("secrets.KNOWN_HOSTS", knownHosts)
        .variable("GITHUB_SHA", commit)
        .variable("PATH", ssh + ":" + System.getenv("PATH"))
        .variable("DOCKER_HOST", World.get().engine())
        .variable("DOCKER_BUILDKIT", "0");
  }

  private static String sha256(Path file) {
    return Shell.run(List.of("sha256sum", file.toString())).text().split(" ", 2)[0];
  }

  private String workflow() {
    return Example.of("github-actions.yml")
        .with("registry.example.com", registry)
        .with("holdfast-ci@", System.getProperty("user.name") + "@")
        .raw();
  }

  String version(String run) {
    return versions.get(run);
  }

  /** actions/checkout, of the application or of the deploy repository. */
  void checkOut(Path folder, boolean isDeploy) {
    AppRepo repo = isDeploy ? deploy : sources;
    repo.git(scripts.folder(), "clone", "-q", repo.url(), folder.toString());
  }

  CiJob.Ended note(CiJob.Ended ended) {
    jobs.add(ended);
    return ended;
  }

  /** For whoever reads of a failure. */
  String explanation() {
    StringBuilder text = new StringBuilder();
    jobs.forEach(job -> text.append("=== a job: ").append(job.output()));
    for (ExampleServer server : List.of(staging, production)) {
      String log = server.agent.log();
      text.append("\n=== ").append(server.name).append(' ').append(server.look()).append('\n');
      text.append(log.substring(Math.max(0, log.length() - 9_000)));
      server.docker.boxes("shop").forEach(box -> text.append(box).append('\n'));
    }
    return text.toString();
  }

  /** What CI printed, what the servers wrote, show and told. */
  void assertNoSecretAnywhere() throws IOException {
    for (CiJob.Ended job : jobs) {
      assertThat(job.output() + job.summary()).doesNotContain(App.CANARY).doesNotContain("pw-ci");
    }
    for (Receivers.Message message : receivers.at("/")) {
      assertThat(message.body()).doesNotContain(App.CANARY);
    }
    for (ExampleServer server : List.of(staging, production)) {
      assertThat(server.agent.log()).doesNotContain(App.CANARY);
      for (String path :
          List.of("/api/v1/apps", "/apps/shop", "/q/metrics", "/api/v1/deployments")) {
        assertThat(server.api.get(path)).as(path).doesNotContain(App.CANARY);
      }
      try (Stream<Path> files = Files.walk(server.state())) {
        files
            .filter(Files::isRegularFile)
            .filter(file -> !file.toString().contains("/releases/"))
            .filter(file -> !file.toString().contains("/backups/"))
            .forEach(
                file ->
                    assertThat(new String(bytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(App.CANARY));
      }
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.exists(file) ? Files.readAllBytes(file) : new byte[0];
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    return new String(bytes(file), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    staging.close();
    production.close();
    receivers.close();
    images.close();
    repositories.close();
  }
}
