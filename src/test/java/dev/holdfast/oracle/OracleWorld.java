package dev.holdfast.oracle;

import dev.holdfast.agent.AgentApps;
import dev.holdfast.it.World;
import dev.holdfast.it.crash.EngineHttp;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One engine, one registry, one git repository with a branch for every case, and one agent.yaml
 * with every case as an app. Each case's folder under {@code projects} is the checkout that
 * docker-compose works in and the app's project directory.
 */
final class OracleWorld implements AutoCloseable {
  /** Stands in the cases for the registry's address. */
  private static final String REGISTRY = "registry.test";

  /** Stands in the cases for the digest of busybox. */
  private static final String DIGEST = "digest.test";

  private final Path root;
  private final EngineHttp engine;
  private final ComposeV1 v1;
  private final AgentApps apps;

  OracleWorld(List<OracleCase> cases) {
    try {
      root = Files.createTempDirectory("holdfast-oracle-");
      Path home = Files.createDirectories(root.resolve("home"));
      engine = new EngineHttp(Path.of(World.get().engine().substring("unix://".length())));
      v1 = new ComposeV1(World.get().engine(), home);
      Files.createDirectories(root.resolve("projects"));
      for (OracleCase one : cases) {
        copy(one);
      }
      commit(cases);
      images(cases);
      Path yaml = root.resolve("agent.yaml");
      Files.writeString(yaml, agentYaml(cases));
      apps = new AgentApps(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  EngineHttp engine() {
    return engine;
  }

  ComposeV1 v1() {
    return v1;
  }

  AgentApps apps() {
    return apps;
  }

  Path state() {
    return root.resolve("state");
  }

  Path project(OracleCase one) {
    return root.resolve("projects").resolve(one.name());
  }

  private static String digest() throws IOException {
    HttpURLConnection head =
        (HttpURLConnection)
            URI.create("http://" + World.get().registry() + "/v2/base/busybox/manifests/1")
                .toURL()
                .openConnection();
    head.setRequestMethod("HEAD");
    head.setRequestProperty("Accept", "application/vnd.docker.distribution.manifest.v2+json");
    return Objects.requireNonNull(head.getHeaderField("Docker-Content-Digest"));
  }

  /** The project directory: the folder of the first Compose file. */
  private Path directory(OracleCase one) {
    List<String> files = one.list("compose");
    Path parent = files.isEmpty() ? null : Path.of(files.getFirst()).getParent();
    return parent == null ? project(one) : project(one).resolve(parent);
  }

  private void copy(OracleCase one) throws IOException {
    String digest = digest();
    try (Stream<Path> files = Files.walk(one.folder())) {
      for (Path file : files.toList()) {
        Path relative = one.folder().relativize(file);
        Path to = project(one).resolve(relative.toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          String text = Files.readString(file, StandardCharsets.UTF_8);
          Files.writeString(
              to, text.replace(REGISTRY, World.get().registry()).replace(DIGEST, digest));
        }
      }
    }
    Path versions = project(one).resolve("versions.yaml");
    if (!Files.exists(versions)) {
      Files.writeString(versions, "services: {}\n");
    }
    for (String file : one.list("env-files")) {
      Files.setPosixFilePermissions(
          project(one).resolve(file), PosixFilePermissions.fromString("rw-------"));
    }
  }

  /** One repository, in which each case is a branch of its own. */
  private void commit(List<OracleCase> cases) throws IOException {
    git("", "init", "-q", "--bare", "repo.git");
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    for (OracleCase one : cases) {
      line(stream, "commit refs/heads/" + one.name());
      line(stream, "committer o <o@example.com> 1700000000 +0000");
      line(stream, "data 0");
      for (String path : tracked(one)) {
        byte[] content = Files.readAllBytes(project(one).resolve(path));
        line(stream, "M 100644 inline " + path);
        line(stream, "data " + content.length);
        stream.write(content);
        line(stream, "");
      }
    }
    Path input = root.resolve("fast-import");
    Files.write(input, stream.toByteArray());
    git(input.toString(), "--git-dir=repo.git", "fast-import", "--quiet");
  }

  private static void line(ByteArrayOutputStream stream, String text) throws IOException {
    stream.write((text + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** All but what lies on the server alone. */
  private List<String> tracked(OracleCase one) throws IOException {
    List<String> server = new ArrayList<>(one.list("server"));
    server.addAll(one.list("env-files"));
    try (Stream<Path> files = Files.walk(project(one))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> project(one).relativize(file).toString())
          .filter(path -> server.stream().noneMatch(s -> (path + "/").startsWith(s + "/")))
          .toList();
    }
  }

  private void git(String input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
    builder.redirectInput(new File(input.isEmpty() ? "/dev/null" : input));
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(command + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** docker-compose 1.29 looks for an image of its own naming where a service has none. */
  private void images(List<OracleCase> cases) {
    World.get().image("full", World.get().registry() + "/oracle/full:1");
    for (OracleCase one : cases) {
      for (String name : one.list("images")) {
        engine.post(
            "/images/" + World.get().registry() + "/base/busybox:1/tag?tag=latest&repo=" + name,
            "");
      }
    }
  }

  private String agentYaml(List<OracleCase> cases) {
    StringBuilder yaml =
        new StringBuilder(
            """
            server: oracle
            state: %s
            docker: { host: "%s" }
            api: { socket: %s, listen: off }
            apps:
            """
                .formatted(state(), World.get().engine(), root.resolve("s")));
    cases.forEach(one -> yaml.append(app(one)));
    return yaml.toString();
  }

  /** JSON is YAML. */
  private String app(OracleCase one) {
    String source =
        one.inDirectory()
            ? "{ directory: \"%s\" }".formatted(project(one))
            : "{ git: { url: \"file://%s\", ref: \"%s\" } }"
                .formatted(root.resolve("repo.git"), one.name());
    return """
             %s:
               source: %s
               directory: "%s"
               compose: %s
               env-files: %s
               allow: %s
               allow-paths: %s
           """
        .formatted(
            one.name(),
            source,
            directory(one),
            one.list("compose"),
            one.list("env-files").stream().map(file -> project(one).resolve(file)).toList(),
            one.list("allow"),
            one.list("allow-paths"));
  }

  @Override
  public void close() {
    apps.close();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
