package dev.holdfast.compose;

import dev.holdfast.model.Probe;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A service's own {@code x-holdfast}: what becomes its probe. */
final class ProbeReader {
  private static final int MOST = 100_000;

  private ProbeReader() {}

  /** Null where there is none. */
  static @Nullable Probe read(Fields service, Permissions permissions) {
    Fields holdfast = service.child("x-holdfast");
    if (holdfast == null) {
      return null;
    }
    Keys.HOLDFAST_SERVICE.check(holdfast);
    Fields probe = holdfast.child("probe");
    return probe == null ? null : probe(probe, permissions);
  }

  private static @Nullable Probe probe(Fields fields, Permissions permissions) {
    Keys.PROBE.check(fields);
    List<String> given =
        ProbeChecks.KINDS.stream().filter(kind -> fields.get(kind) != null).toList();
    if (given.size() != 1) {
      fields
          .problems()
          .error(
              fields.mapping().place(),
              fields.path() + " needs exactly one of http, tcp, exec and url");
      return null;
    }
    Probe.Check check = new ProbeChecks(permissions).read(fields, given.getFirst());
    Probe probe =
        new Probe(
            check == null ? new Probe.Check.Tcp(0) : check,
            positive(fields, "interval", Probe.DEFAULT_INTERVAL),
            positive(fields, "timeout", Probe.DEFAULT_TIMEOUT),
            number(fields, "retries", Probe.DEFAULT_RETRIES),
            orElse(fields.wait("start-period"), Probe.DEFAULT_START_PERIOD),
            number(fields, "successes", 1));
    return check == null ? null : probe;
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
    Duration written = orElse(fields.wait(key), fallback);
    if (written.isZero()) {
      fields.error(key, "must be longer than nothing");
    }
    return written;
  }

  private static <T> T orElse(@Nullable T value, T fallback) {
    return value == null ? fallback : value;
  }
}
