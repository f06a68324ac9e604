package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import dev.holdfast.model.Probe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A service's own {@code x-holdfast}: its probe and its strategy. */
final class ProbeReader {
  private static final int HIGHEST_PORT = 65_535;
  private static final int MOST = 100_000;
  private static final int OK = 200;

  private ProbeReader() {}

  /** Null where there is none. */
  static @Nullable Probe read(Fields service) {
    Fields holdfast = service.child("x-holdfast");
    if (holdfast == null) {
      return null;
    }
    Keys.HOLDFAST_SERVICE.check(holdfast);
    strategy(holdfast);
    Fields probe = holdfast.child("probe");
    return probe == null ? null : probe(probe);
  }

  private static void strategy(Fields holdfast) {
    String strategy = holdfast.text("strategy");
    if ("start-first".equals(strategy)) {
      holdfast.error(
          "strategy", "'start-first' is not supported yet: remove it, or write recreate");
    } else if (strategy != null && !strategy.equals("recreate")) {
      holdfast.error("strategy", "must be recreate or start-first");
    }
  }

  private static @Nullable Probe probe(Fields fields) {
    Keys.PROBE.check(fields);
    List<String> given =
        Stream.of("http", "tcp", "exec").filter(kind -> fields.get(kind) != null).toList();
    if (given.size() != 1) {
      fields
          .problems()
          .error(
              fields.mapping().place(), fields.path() + " needs exactly one of http, tcp and exec");
      return null;
    }
    Fields kind = fields.child(given.getFirst());
    Probe.Check check = kind == null ? null : check(given.getFirst(), kind);
    Probe probe =
        new Probe(
            check == null ? new Probe.Check.Tcp(0) : check,
            positive(fields, "interval", Probe.DEFAULT_INTERVAL),
            positive(fields, "timeout", Probe.DEFAULT_TIMEOUT),
            number(fields, "retries", Probe.DEFAULT_RETRIES),
            orElse(fields.duration("start-period"), Probe.DEFAULT_START_PERIOD),
            number(fields, "successes", 1));
    return check == null ? null : probe;
  }

  private static Probe.@Nullable Check check(String kind, Fields fields) {
    return switch (kind) {
      case "http" -> http(fields);
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
    List<String> command = required(fields, "command");
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
    List<Integer> statuses = statuses(fields);
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
    return port == null
        ? null
        : new Probe.Check.Http(port, path, scheme, statuses, fields.text("body"), headers);
  }

  private static List<Integer> statuses(Fields fields) {
    Value written = fields.get("status");
    if (written == null) {
      return List.of(OK);
    }
    List<Integer> statuses = new ArrayList<>();
    for (Value item : written instanceof Sequence list ? list.items() : List.of(written)) {
      if (item instanceof Scalar scalar && scalar.text().matches("[1-5][0-9][0-9]")) {
        statuses.add(Integer.parseInt(scalar.text()));
      } else {
        fields
            .problems()
            .error(
                item.place(),
                fields.path("status") + " takes HTTP status codes such as 200, or a list of them");
      }
    }
    return statuses;
  }

  private static @Nullable Integer port(Fields fields) {
    if (fields.get("port") == null) {
      fields.error("port", "is missing; name the container's port");
    }
    return fields.integer("port", 1, HIGHEST_PORT);
  }

  /** A command that must be there; empty, with a problem, where it is not. */
  static List<String> required(Fields fields, String key) {
    List<String> command = ProcessReader.command(fields, key);
    if (command == null || command.isEmpty() || command.getFirst().isEmpty()) {
      fields.error(key, "is missing or empty; write it as a list, such as [node, check.js]");
      return List.of();
    }
    return command;
  }

  private static int number(Fields fields, String key, int fallback) {
    return orElse(fields.integer(key, 1, MOST), fallback);
  }

  static Duration positive(Fields fields, String key, Duration fallback) {
    Duration written = orElse(fields.duration(key), fallback);
    if (written.isZero()) {
      fields.error(key, "must be longer than nothing");
    }
    return written;
  }

  private static <T> T orElse(@Nullable T value, T fallback) {
    return value == null ? fallback : value;
  }
}
