package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.Probe;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a probe asks: {@code http}, {@code tcp}, {@code exec} or {@code url}. */
final class ProbeChecks {
  static final List<String> KINDS = List.of("http", "tcp", "exec", "url");

  private static final int HIGHEST_PORT = 65_535;

  private final Permissions permissions;

  ProbeChecks(Permissions permissions) {
    this.permissions = permissions;
  }

  /** Null, with a problem, where it cannot be asked. */
  Probe.@Nullable Check read(Fields probe, String kind) {
    if (kind.equals("url") && probe.get("url") instanceof Scalar) {
      return url(probe, "url", false);
    }
    Fields fields = probe.child(kind);
    if (fields == null) {
      return null;
    }
    return switch (kind) {
      case "http" -> fields.get("url") == null ? http(fields) : url(fields, "url", true);
      case "url" -> url(fields, "address", true);
      case "tcp" -> tcp(fields);
      default -> exec(fields);
    };
  }

  private static Probe.@Nullable Check tcp(Fields fields) {
    Keys.PROBE_TCP.check(fields);
    Integer port = port(fields);
    return port == null ? null : new Probe.Check.Tcp(port);
  }

  private static Probe.@Nullable Check exec(Fields fields) {
    Keys.PROBE_EXEC.check(fields);
    List<String> command = ProbeReader.required(fields, "command");
    return command.isEmpty() ? null : new Probe.Check.Exec(command);
  }

  private static Probe.@Nullable Check http(Fields fields) {
    Keys.PROBE_HTTP.check(fields);
    Integer port = port(fields);
    String path = orElse(fields.text("path"), "/");
    if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ')) {
      fields.error("path", "must start with '/' and hold no blanks");
    }
    String scheme = orElse(fields.text("scheme"), "http");
    if (!scheme.equals("http") && !scheme.equals("https")) {
      fields.error("scheme", "must be http or https");
    }
    List<Integer> statuses = HttpStatuses.read(fields);
    SortedMap<String, String> headers = headers(fields);
    boolean verify = fields.isTrue("verify");
    if (verify && !scheme.equals("https")) {
      fields.error("verify", "is for scheme https");
    } else if (verify && header(headers, "Host") == null) {
      fields.error("verify", "needs headers.Host, the name that the certificate must be good for");
    }
    String matches = Expressions.read(fields, "matches");
    return port == null
        ? null
        : new Probe.Check.Http(
            port, path, scheme, statuses, fields.text("body"), headers, matches, verify);
  }

  /** With the rest of its keys beside it where it stands in a map of its own. */
  private Probe.@Nullable Check url(Fields fields, String key, boolean ownMap) {
    if (ownMap) {
      Keys.PROBE_URL.check(fields);
    }
    Optional<String> url = Urls.read(fields, key, permissions);
    if (!ownMap) {
      return url.map(u -> plain(u)).orElse(null);
    }
    List<Integer> statuses = HttpStatuses.read(fields);
    SortedMap<String, String> headers = headers(fields);
    String matches = Expressions.read(fields, "matches");
    String body = fields.text("body");
    boolean insecure = Boolean.FALSE.equals(fields.flag("verify"));
    return url.map(u -> new Probe.Check.Url(u, statuses, body, headers, matches, insecure))
        .orElse(null);
  }

  private static Probe.Check plain(String url) {
    return new Probe.Check.Url(url, List.of(200), null, new TreeMap<>(), null, false);
  }

  private static SortedMap<String, String> headers(Fields fields) {
    SortedMap<String, String> headers = fields.textMap("headers");
    boolean broken =
        headers.entrySet().stream()
            .anyMatch(
                header ->
                    !header.getKey().matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")
                        || header.getValue().chars().anyMatch(Character::isISOControl));
    if (broken) {
      fields.error("headers", "holds a name or a value that HTTP does not allow");
    }
    return headers;
  }

  private static @Nullable String header(Map<String, String> headers, String name) {
    return headers.entrySet().stream()
        .filter(header -> header.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Integer port(Fields fields) {
    if (fields.get("port") == null) {
      fields.error("port", "is missing; name the container's port");
    }
    return fields.integer("port", 1, HIGHEST_PORT);
  }

  private static String orElse(@Nullable String value, String fallback) {
    return value == null ? fallback : value;
  }
}
