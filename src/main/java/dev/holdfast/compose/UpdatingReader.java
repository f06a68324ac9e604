package dev.holdfast.compose;

import dev.holdfast.model.CanaryMetric;
import dev.holdfast.model.Updating;
import dev.holdfast.model.Updating.Canary;
import dev.holdfast.model.Updating.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many containers a service has and how an update goes through them: {@code scale}, {@code
 * deploy.replicas}, {@code deploy.update_config}, and the service's own {@code x-holdfast}, which
 * has the last word on the order.
 */
final class UpdatingReader {
  private static final int MOST_REPLICAS = 1000;
  private static final String START_FIRST = "start-first";

  private final Fields service;
  private final Permissions permissions;
  private final @Nullable Fields config;
  private final @Nullable Fields holdfast;
  private final @Nullable Fields strategy;

  private UpdatingReader(Fields service, Permissions permissions) {
    this.service = service;
    this.permissions = permissions;
    Fields deploy = service.child("deploy");
    this.config = deploy == null ? null : deploy.child("update_config");
    this.holdfast = service.child("x-holdfast");
    this.strategy =
        holdfast != null && holdfast.get("strategy") instanceof Value.Mapping
            ? holdfast.child("strategy")
            : null;
  }

  static Updating read(Fields service, Permissions permissions) {
    return new UpdatingReader(service, permissions).read();
  }

  private Updating read() {
    check(service.child("deploy"), Keys.DEPLOY);
    check(config, Keys.UPDATE_CONFIG);
    check(strategy, Keys.STRATEGY);
    int replicas = replicas();
    Integer parallelism = config == null ? null : config.integer("parallelism", 0, MOST_REPLICAS);
    return new Updating(
        replicas,
        Objects.requireNonNullElse(parallelism, 1),
        order(),
        orElse(config, "delay", Duration.ZERO),
        orElse(config, "monitor", Duration.ZERO),
        orElse(holdfast, "drain", Updating.DEFAULT_DRAIN),
        canary(replicas));
  }

  private static void check(@Nullable Fields fields, Keys keys) {
    if (fields != null) {
      keys.check(fields);
    }
  }

  private static Duration orElse(@Nullable Fields fields, String key, Duration fallback) {
    Duration written = fields == null ? null : fields.wait(key);
    return written == null ? fallback : written;
  }

  private int replicas() {
    Fields deploy = service.child("deploy");
    Integer replicas = deploy == null ? null : deploy.integer("replicas", 0, MOST_REPLICAS);
    Integer scale = service.integer("scale", 0, MOST_REPLICAS);
    if (scale != null && replicas != null && !scale.equals(replicas)) {
      service.error("scale", "differs from deploy.replicas; remove one of the two");
    }
    Integer number = replicas == null ? scale : replicas;
    return number == null ? 1 : number;
  }

  private Strategy order() {
    Strategy byConfig = byConfig();
    if (strategy != null) {
      String order = strategy.text("order");
      return order == null ? byConfig : strategy(strategy, "order", order);
    }
    String word = holdfast == null ? null : holdfast.text("strategy");
    return holdfast == null || word == null ? byConfig : strategy(holdfast, "strategy", word);
  }

  private static Strategy strategy(Fields fields, String key, String word) {
    if (!word.equals(START_FIRST) && !word.equals("recreate")) {
      fields.error(key, "must be recreate or start-first");
    }
    return word.equals(START_FIRST) ? Strategy.START_FIRST : Strategy.RECREATE;
  }

  /** Compose Deploy Specification, "update_config": start-first or stop-first, the default. */
  private Strategy byConfig() {
    String order = config == null ? null : config.text("order");
    if (config != null
        && order != null
        && !order.equals(START_FIRST)
        && !order.equals("stop-first")) {
      config.error("order", "must be stop-first or start-first");
    }
    return START_FIRST.equals(order) ? Strategy.START_FIRST : Strategy.RECREATE;
  }

  private @Nullable Canary canary(int replicas) {
    Fields canary = strategy == null ? null : strategy.child("canary");
    if (canary == null) {
      return null;
    }
    Keys.CANARY.check(canary);
    if (replicas < 2) {
      canary
          .problems()
          .error(
              canary.mapping().place(),
              canary.path()
                  + " needs a service with replicas: set deploy.replicas to 2 or more, or remove it");
      return null;
    }
    Integer count = canary.integer("replicas", 1, replicas - 1);
    return new Canary(
        count == null ? 1 : count,
        ProbeReader.positive(canary, "for", Canary.DEFAULT_DURATION),
        metrics(canary));
  }

  private List<CanaryMetric> metrics(Fields canary) {
    List<CanaryMetric> metrics = new ArrayList<>();
    List<Value> items = canary.items("metrics");
    for (int i = 0; i < items.size(); i++) {
      Fields entry =
          Fields.of(items.get(i), canary.path("metrics") + "[" + i + "]", canary.problems());
      if (entry != null) {
        metric(entry).ifPresent(metrics::add);
      }
    }
    return metrics;
  }

  private Optional<CanaryMetric> metric(Fields fields) {
    Keys.CANARY_METRIC.check(fields);
    Optional<String> prometheus = Urls.read(fields, "prometheus", permissions);
    String query = fields.text("query");
    String max = Decimals.read(fields, "max");
    String min = Decimals.read(fields, "min");
    String ratio = Decimals.read(fields, "max-ratio");
    if (query == null) {
      fields.error("query", "is missing; write the PromQL that is to stay within bounds");
      return Optional.empty();
    }
    if (fields.get("max") == null && fields.get("min") == null && fields.get("max-ratio") == null) {
      fields.error("max", "is missing, and min and max-ratio too; give a bound");
    }
    if (ratio != null && !query.contains("{{instances}}") && !query.contains("{{containers}}")) {
      fields.error(
          "query",
          "gives the same for new and old; select their series with instance=~\"{{instances}}\""
              + " or name=~\"{{containers}}\"");
    }
    return prometheus.map(url -> new CanaryMetric(url, query, max, min, ratio));
  }
}
