package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.WatchSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code watch}: how long, or a map that says what must not be seen meanwhile too. */
final class WatchReader {
  private final Permissions permissions;
  private final Set<String> services;

  WatchReader(Permissions permissions, Set<String> services) {
    this.permissions = permissions;
    this.services = services;
  }

  record Read(Duration watch, @Nullable WatchSpec guards) {}

  Read read(Fields holdfast) {
    Value written = holdfast.get("watch");
    if (written == null || written instanceof Scalar) {
      return new Read(orDefault(holdfast.wait("watch")), null);
    }
    Fields fields = holdfast.child("watch");
    if (fields == null) {
      return new Read(RolloutSpec.DEFAULT_WATCH, null);
    }
    Keys.WATCH.check(fields);
    List<WatchSpec.LogPattern> logs = new ArrayList<>();
    each(fields, "log").forEach(entry -> log(entry).ifPresent(logs::add));
    List<WatchSpec.Metric> metrics = new ArrayList<>();
    each(fields, "metrics").forEach(entry -> metric(entry).ifPresent(metrics::add));
    WatchSpec guards = logs.isEmpty() && metrics.isEmpty() ? null : new WatchSpec(logs, metrics);
    return new Read(orDefault(fields.wait("for")), guards);
  }

  private static Duration orDefault(@Nullable Duration duration) {
    return duration == null ? RolloutSpec.DEFAULT_WATCH : duration;
  }

  private static List<Fields> each(Fields fields, String key) {
    List<Fields> entries = new ArrayList<>();
    List<Value> items = fields.items(key);
    for (int i = 0; i < items.size(); i++) {
      Fields entry = Fields.of(items.get(i), fields.path(key) + "[" + i + "]", fields.problems());
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private Optional<WatchSpec.LogPattern> log(Fields fields) {
    Keys.WATCH_LOG.check(fields);
    String service = fields.text("service");
    if (service != null && !services.contains(service)) {
      fields.error(
          "service",
          "names no service of this release" + fields.problems().hint(service, services));
    }
    if (fields.get("pattern") == null) {
      fields.error("pattern", "is missing; write what must not be printed");
    }
    return Optional.ofNullable(Expressions.read(fields, "pattern"))
        .map(pattern -> new WatchSpec.LogPattern(service, pattern));
  }

  /** {@code prometheus}, {@code query} and a bound. */
  Optional<WatchSpec.Metric> metric(Fields fields) {
    Keys.WATCH_METRIC.check(fields);
    Optional<String> prometheus = Urls.read(fields, "prometheus", permissions);
    String query = fields.text("query");
    if (query == null) {
      fields.error("query", "is missing; write the PromQL that is to stay within bounds");
    }
    String max = Decimals.read(fields, "max");
    String min = Decimals.read(fields, "min");
    if (fields.get("max") == null && fields.get("min") == null) {
      fields.error("max", "is missing, and min too; give a bound");
    }
    return query == null
        ? Optional.empty()
        : prometheus.map(url -> new WatchSpec.Metric(url, query, max, min));
  }
}
