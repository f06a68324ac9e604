package dev.holdfast.config;

import dev.holdfast.config.AgentConfig.Api;
import dev.holdfast.config.AgentConfig.Docker;
import dev.holdfast.config.AgentConfig.RegistryAccess;
import dev.holdfast.config.Surroundings.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads agent.yaml (contract §2): the text becomes nodes with places, each key is read by name and
 * type, and whatever is wrong is noted and reading goes on, so that all problems are told at once.
 * The result depends on the text, the environment and the files that it names, and on nothing else;
 * a changed file is recognised by its text.
 */
public final class AgentConfigReader {
  private static final Pattern APP = Pattern.compile("[a-z0-9][a-z0-9_-]{0,127}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
  private static final Duration LEAST_INTERVAL = Duration.ofMillis(100);
  private static final int MOST_CONCURRENCY = 64;

  private AgentConfigReader() {}

  /** The file as it is now, on this server. */
  public static ReadConfig read(Path file, Map<String, String> environment) {
    return read(
        file, content -> read(nameOf(file), content, Surroundings.ofThisServer(environment)));
  }

  static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  /**
   * What {@code reader} makes of the file's content; a file that cannot be read is told as such.
   */
  static ReadConfig read(Path file, Function<byte[], ReadConfig> reader) {
    String name = nameOf(file);
    try (InputStream in = Files.newInputStream(file)) {
      return reader.apply(in.readNBytes(AgentYaml.MAX_BYTES + 1));
    } catch (NoSuchFileException e) {
      return invalid(
          name,
          file + " does not exist; create it, or name another with --config or $HOLDFAST_CONFIG");
    } catch (IOException e) {
      return invalid(
          name,
          "could not read "
              + file
              + ": "
              + e.getClass().getSimpleName()
              + "; check what it is and its rights");
    }
  }

  public static ReadConfig read(String fileName, byte[] content, Surroundings surroundings) {
    Notes notes = new Notes(fileName, surroundings);
    Optional<Node> root = AgentYaml.parse(content, notes);
    Optional<AgentConfig> config = root.map(node -> config(Section.of(notes, node, "")));
    List<ConfigProblem> problems = notes.problems();
    return config.isPresent() && problems.isEmpty()
        ? new ReadConfig.Valid(config.get())
        : new ReadConfig.Invalid(problems);
  }

  private static ReadConfig invalid(String file, String message) {
    return new ReadConfig.Invalid(List.of(new ConfigProblem(file, 1, 1, message)));
  }

  private static AgentConfig config(Section root) {
    String server =
        root.parse("server", AgentConfigReader::name)
            .orElse(root.notes().surroundings().hostName());
    String environment =
        root.parse("environment", AgentConfigReader::name).orElse(AgentConfig.DEFAULT_ENVIRONMENT);
    Path state = root.parse("state", Values::absolutePath).orElse(AgentConfig.DEFAULT_STATE);
    Duration interval =
        root.parse("interval", Values.duration(LEAST_INTERVAL, "100ms"))
            .orElse(AgentConfig.DEFAULT_INTERVAL);
    int concurrency =
        root.parse("concurrency", Values.number(1, MOST_CONCURRENCY))
            .orElse(AgentConfig.DEFAULT_CONCURRENCY);
    Docker docker = docker(root.section("docker"));
    Api api = api(root.section("api"));
    SortedMap<String, RegistryAccess> registries = registries(root.section("registries"));
    SortedMap<String, NotifierConfig> notifiers = NotifierReader.read(root.section("notifiers"));
    Section appSection = root.section("apps");
    SortedMap<String, AppConfig> apps = apps(appSection, notifiers);
    SortedMap<String, HookConfig> hooks =
        HookReader.read(root.section("hooks"), appSection.names());
    root.done();
    return new AgentConfig(
        server,
        environment,
        state,
        docker,
        api,
        interval,
        concurrency,
        registries,
        notifiers,
        hooks,
        apps);
  }

  private static String name(String text) {
    return Values.require(NAME, text, "is not a name; use letters, digits, '.', '_' and '-'");
  }

  private static Docker docker(Section section) {
    Optional<String> host = section.parse("host", Addresses::dockerHost);
    String inForce =
        host.orElseGet(
            () -> section.has("host") ? AgentConfig.DEFAULT_DOCKER_HOST : defaultHost(section));
    Optional<Path> ca = section.file("ca-file", Kind.TRUSTED);
    Optional<Path> cert = section.file("cert-file", Kind.TRUSTED);
    Optional<Path> key = section.file("key-file", Kind.SECRET);
    section.done();
    boolean all = ca.isPresent() && cert.isPresent() && key.isPresent();
    boolean any = section.has("ca-file") || section.has("cert-file") || section.has("key-file");
    if (any && !inForce.startsWith("tcp://")) {
      section.problem("ca-file, cert-file and key-file are for a tcp:// host; remove them");
    } else if (any
        && !(section.has("ca-file") && section.has("cert-file") && section.has("key-file"))) {
      section.problem("TLS needs ca-file, cert-file and key-file together");
    }
    return new Docker(inForce, all ? new Docker.Tls(ca.get(), cert.get(), key.get()) : null);
  }

  private static String defaultHost(Section section) {
    String host = section.notes().environment().getOrDefault("DOCKER_HOST", "");
    if (host.isEmpty()) {
      return AgentConfig.DEFAULT_DOCKER_HOST;
    }
    try {
      return Addresses.dockerHost(host);
    } catch (IllegalArgumentException e) {
      section.problem("$DOCKER_HOST in the environment " + e.getMessage());
      return AgentConfig.DEFAULT_DOCKER_HOST;
    }
  }

  private static Api api(Section section) {
    Path socket = section.parse("socket", Values::socketPath).orElse(AgentConfig.DEFAULT_SOCKET);
    Optional<Secret> token = section.secret("token-file");
    boolean off = section.has("listen") && section.text("listen").filter("off"::equals).isPresent();
    AgentConfig.@Nullable Listen listen =
        off ? null : section.parse("listen", Addresses::listen).orElse(AgentConfig.DEFAULT_LISTEN);
    section.done();
    if (listen != null && !listen.loopback() && !section.has("token-file")) {
      section.problem(
          "listen",
          "is reachable from other hosts and needs a token-file, since everyone could read; add"
              + " one, or listen on 127.0.0.1");
    }
    return new Api(socket, listen, token.orElse(null));
  }

  private static SortedMap<String, RegistryAccess> registries(Section section) {
    SortedMap<String, RegistryAccess> registries = new TreeMap<>();
    section.each(
        (host, entry) -> {
          Optional<String> username = entry.text("username");
          Optional<Secret> password = entry.secret("password-file");
          boolean insecure = entry.flag("insecure");
          entry.done();
          if (entry.has("username") != entry.has("password-file")) {
            entry.problem("username and password-file belong together; give both or none");
          }
          section
              .key(host, Addresses::registry)
              .ifPresent(
                  name -> {
                    if (registries.put(
                            name,
                            new RegistryAccess(
                                username.orElse(null), password.orElse(null), insecure))
                        != null) {
                      entry.problem("is the same registry as another one here; remove one");
                    }
                  });
        });
    return registries;
  }

  private static SortedMap<String, AppConfig> apps(
      Section section, SortedMap<String, NotifierConfig> notifiers) {
    SortedMap<String, AppConfig> apps = new TreeMap<>();
    section.each(
        (name, entry) -> {
          Optional<AppConfig> app = AppReader.read(name, entry, notifiers.keySet());
          section
              .key(name, AgentConfigReader::appName)
              .ifPresent(valid -> app.ifPresent(config -> apps.put(valid, config)));
        });
    return apps;
  }

  private static String appName(String text) {
    return Values.require(
        APP,
        text,
        "is not a Compose project name; begin with a lower-case letter or digit and go on with"
            + " those, '_' and '-'");
  }
}
