package dev.holdfast.reconcile;

import com.google.re2j.Pattern;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.WatchSpec;
import dev.holdfast.probe.Prober;
import dev.holdfast.rollout.Bounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a release is held against while it is watched, beside its health: lines that must not come,
 * and queries whose values must stay within bounds. Logs are read since the last look, so that each
 * line counts once; a Prometheus that does not answer says nothing, and that is said at the end.
 */
final class WatchGuards implements Guards {
  private static final Duration LOGS_EVERY = Duration.ofSeconds(2);
  private static final Duration METRICS_EVERY = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_LINES = 1_000;
  private static final int LONGEST_LINE = 4_096;
  private static final int SHOWN = 200;

  private final AppPorts ports;
  private final @Nullable WatchSpec spec;
  private final SortedMap<String, String> unheard = new TreeMap<>();
  private final Stopwatch watch;
  private Instant logsSince;
  private Instant logsAt;
  private Instant metricsAt;

  WatchGuards(AppPorts ports, @Nullable WatchSpec spec) {
    this.ports = ports;
    this.spec = spec;
    this.watch = new Stopwatch(ports.time());
    this.logsSince = ports.time().now();
    this.logsAt = watch.now();
    this.metricsAt = watch.now();
  }

  @Override
  public Optional<Breach> breach(List<Watched> watched, ObservedState seen, boolean last) {
    if (spec == null) {
      return Optional.empty();
    }
    return logs(spec, watched, last).or(() -> metrics(spec, last));
  }

  @Override
  public String unheard() {
    return unheard.isEmpty() ? "" : "; not asked: " + String.join("; ", unheard.values());
  }

  private Optional<Breach> logs(WatchSpec guards, List<Watched> watched, boolean last) {
    Instant now = watch.now();
    if (guards.logs().isEmpty() || (!last && now.isBefore(logsAt))) {
      return Optional.empty();
    }
    Instant since = logsSince;
    // The engine's time of day, which is this machine's.
    logsSince = ports.time().now();
    logsAt = now.plus(LOGS_EVERY);
    return watched.stream()
        .flatMap(one -> lines(guards, one.service(), one.container(), since).stream())
        .findFirst();
  }

  private Optional<Breach> lines(
      WatchSpec guards, String service, ObservedContainer container, Instant since) {
    List<Pattern> patterns =
        guards.logs().stream()
            .filter(log -> log.service() == null || log.service().equals(service))
            .map(log -> Pattern.compile(log.pattern()))
            .toList();
    if (patterns.isEmpty()) {
      return Optional.empty();
    }
    return ports.engine().logSince(container.id(), since, MOST_LINES).stream()
        .map(line -> line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) : line)
        .flatMap(
            line ->
                patterns.stream()
                    .filter(pattern -> pattern.matcher(line).find())
                    .map(pattern -> printed(service, line, pattern)))
        .findFirst();
  }

  private static Breach printed(String service, String line, Pattern pattern) {
    String shown = line.length() > SHOWN ? line.substring(0, SHOWN) + "…" : line;
    return new Breach(
        service,
        "it printed a line that watch.log forbids ('" + pattern.pattern() + "'): " + shown);
  }

  private Optional<Breach> metrics(WatchSpec guards, boolean last) {
    Instant now = watch.now();
    if (!last && now.isBefore(metricsAt)) {
      return Optional.empty();
    }
    metricsAt = now.plus(METRICS_EVERY);
    return guards.metrics().stream().flatMap(metric -> metric(metric).stream()).findFirst();
  }

  private Optional<Breach> metric(WatchSpec.Metric metric) {
    return switch (ports.prober().read(metric, PATIENCE)) {
      case Prober.Reading.None none -> {
        unheard.putIfAbsent(metric.query(), metric.query() + " (" + none.reason() + ")");
        yield Optional.empty();
      }
      case Prober.Reading.Values values -> {
        unheard.remove(metric.query());
        yield values.values().stream()
            .flatMap(value -> Bounds.breach(metric, value.of(), value.value()).stream())
            .findFirst()
            .map(reason -> new Breach(null, reason));
      }
    };
  }
}
