package dev.holdfast.reconcile;

import dev.holdfast.model.CanaryMetric;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Updating.Canary;
import dev.holdfast.model.WatchSpec;
import dev.holdfast.probe.Prober;
import dev.holdfast.probe.Prober.Reading;
import dev.holdfast.rollout.Bounds;
import dev.holdfast.rollout.CanaryBounds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Asks Prometheus about the new containers of a canary, and about the old ones that serve beside
 * them where the two are compared.
 */
final class CanaryGuards implements Guards {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Prober prober;
  private final Stopwatch watch;
  private final String service;
  private final Canary canary;
  private final SortedMap<String, String> unheard = new TreeMap<>();
  private Instant askAt;

  CanaryGuards(Prober prober, Time time, String service, Canary canary) {
    this.prober = prober;
    this.watch = new Stopwatch(time);
    this.service = service;
    this.canary = canary;
    this.askAt = watch.now().plus(EVERY);
  }

  @Override
  public Optional<Breach> breach(List<Watched> watched, ObservedState seen, boolean last) {
    Instant now = watch.now();
    if (!last && now.isBefore(askAt)) {
      return Optional.empty();
    }
    askAt = now.plus(EVERY);
    List<ObservedContainer> fresh = watched.stream().map(Watched::container).toList();
    List<ObservedContainer> old =
        seen.of(service).stream()
            .filter(c -> c.active() && fresh.stream().noneMatch(f -> f.id().equals(c.id())))
            .toList();
    return canary.metrics().stream()
        .flatMap(metric -> judged(metric, fresh, old).stream())
        .findFirst()
        .map(reason -> new Breach(service, "the canary: " + reason));
  }

  @Override
  public String unheard() {
    return unheard.isEmpty() ? "" : "; not asked: " + String.join("; ", unheard.values());
  }

  private Optional<String> judged(
      CanaryMetric metric, List<ObservedContainer> fresh, List<ObservedContainer> old) {
    Reading reading = read(metric, fresh);
    if (!(reading instanceof Reading.Values values)) {
      return Optional.empty();
    }
    WatchSpec.Metric bounds = about(metric, fresh);
    Optional<String> breach =
        values.values().stream()
            .flatMap(value -> Bounds.breach(bounds, value.of(), value.value()).stream())
            .findFirst();
    if (breach.isPresent() || metric.maxRatio() == null || old.isEmpty()) {
      return breach;
    }
    return CanaryBounds.breach(metric, most(reading), most(read(metric, old)));
  }

  private Reading read(CanaryMetric metric, List<ObservedContainer> containers) {
    Reading reading = prober.read(about(metric, containers), PATIENCE);
    if (reading instanceof Reading.None none) {
      unheard.putIfAbsent(metric.query(), metric.query() + " (" + none.reason() + ")");
    } else {
      unheard.remove(metric.query());
    }
    return reading;
  }

  /** Of several series the greatest value counts; what is no number says nothing. */
  private static OptionalDouble most(Reading reading) {
    return reading instanceof Reading.Values values
        ? values.values().stream()
            .mapToDouble(Reading.Value::value)
            .filter(value -> !Double.isNaN(value))
            .max()
        : OptionalDouble.empty();
  }

  /**
   * Any port of an address; written without backslashes, which PromQL's quotes would need twice.
   */
  private static WatchSpec.Metric about(CanaryMetric metric, List<ObservedContainer> containers) {
    String instances =
        any(containers, c -> c.addresses().values().stream().map(CanaryGuards::host).toList());
    return metric.about(
        instances + "(?::[0-9]+)?", any(containers, container -> List.of(container.name())));
  }

  /** As Prometheus writes it in {@code instance}. */
  private static String host(String address) {
    return address.contains(":") ? "[[]" + address + "[]]" : address;
  }

  private static String any(
      List<ObservedContainer> containers, Function<ObservedContainer, List<String>> texts) {
    return containers.stream()
        .flatMap(container -> texts.apply(container).stream())
        .map(text -> text.replace(".", "[.]"))
        .collect(Collectors.joining("|", "(?:", ")"));
  }
}
