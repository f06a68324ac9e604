package dev.holdfast.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All of agent.yaml, with its defaults filled in. */
public record AgentConfig(
    String server,
    String environment,
    Path state,
    Docker docker,
    Api api,
    Duration interval,
    int concurrency,
    SortedMap<String, RegistryAccess> registries,
    SortedMap<String, NotifierConfig> notifiers,
    SortedMap<String, HookConfig> hooks,
    SortedMap<String, AppConfig> apps) {
  public static final Path DEFAULT_FILE = Path.of("/etc/holdfast/agent.yaml");
  static final String DEFAULT_ENVIRONMENT = "production";
  static final Path DEFAULT_STATE = Path.of("/var/lib/holdfast");
  static final String DEFAULT_DOCKER_HOST = "unix:///var/run/docker.sock";
  static final Path DEFAULT_SOCKET = Path.of("/run/holdfast/holdfast.sock");
  static final Listen DEFAULT_LISTEN = new Listen("127.0.0.1", 7460);
  static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(30);
  static final int DEFAULT_CONCURRENCY = 2;

  public AgentConfig {
    registries = Collections.unmodifiableSortedMap(new TreeMap<>(registries));
    notifiers = Collections.unmodifiableSortedMap(new TreeMap<>(notifiers));
    hooks = Collections.unmodifiableSortedMap(new TreeMap<>(hooks));
    apps = Collections.unmodifiableSortedMap(new TreeMap<>(apps));
  }

  /** {@code tls}: only with a tcp host; null is plain. */
  public record Docker(String host, @Nullable Tls tls) {
    public record Tls(Path caFile, Path certFile, Path keyFile) {}
  }

  /** {@code listen}: null is off. {@code token}: null where every write over TCP is refused. */
  public record Api(Path socket, @Nullable Listen listen, @Nullable Secret token) {}

  /** {@code host}: a name or an address, an IPv6 one without brackets. */
  public record Listen(String host, int port) {
    public boolean loopback() {
      return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }
  }

  /** Credentials are both there or both null. {@code insecure}: plain http. */
  public record RegistryAccess(
      @Nullable String username, @Nullable Secret password, boolean insecure) {}
}
