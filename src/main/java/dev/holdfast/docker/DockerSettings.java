package dev.holdfast.docker;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Where the engine is and how long it may take.
 *
 * @param host {@code unix:///path} or {@code tcp://host:port}
 * @param tls the client's files for a TCP host that wants TLS; null for plain TCP and for a socket
 */
public record DockerSettings(URI host, @Nullable TlsFiles tls, Deadlines deadlines) {
  public static final URI DEFAULT_HOST = URI.create("unix:///var/run/docker.sock");

  public DockerSettings {
    boolean socket =
        "unix".equals(host.getScheme())
            && host.getHost() == null
            && host.getPath() != null
            && host.getPath().startsWith("/");
    boolean tcp = "tcp".equals(host.getScheme()) && host.getHost() != null && host.getPort() > 0;
    if (!socket && !tcp) {
      throw new IllegalArgumentException(
          "docker host '" + host + "' is neither unix:///path/of/the.sock nor tcp://host:port");
    }
    if (socket && tls != null) {
      throw new IllegalArgumentException(
          "docker host '" + host + "' is a socket: TLS files go with tcp:// only");
    }
  }

  public static DockerSettings at(String host) {
    return new DockerSettings(URI.create(host), null, Deadlines.DEFAULT);
  }

  public DockerSettings with(Deadlines others) {
    return new DockerSettings(host, tls, others);
  }

  /** PEM files; the key is PKCS#8 and not encrypted. */
  public record TlsFiles(Path ca, Path certificate, Path key) {}

  /**
   * How long each kind of call may take before the caller goes on without it.
   *
   * @param look list, inspect and the like
   * @param change create, start, remove: an engine on a slow disk copies an image's volumes
   *     meanwhile
   * @param margin beyond a time that the engine itself was given: a stop's grace
   * @param pullIdle without a byte of progress
   * @param pull in all
   */
  public record Deadlines(
      Duration look, Duration change, Duration margin, Duration pullIdle, Duration pull) {
    public static final Deadlines DEFAULT =
        new Deadlines(
            Duration.ofSeconds(20),
            Duration.ofMinutes(2),
            Duration.ofSeconds(15),
            Duration.ofSeconds(60),
            Duration.ofMinutes(30));
  }
}
