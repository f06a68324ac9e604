package dev.holdfast.metrics;

import dev.holdfast.reconcile.AppView;
import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.AppView.ServiceView;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Values that are set, by name and labels, and forgotten when what they tell of is gone: a release
 * that no longer runs, a service that was taken out, an app that left agent.yaml.
 */
final class Gauges {
  private static final String APP = "app";
  private static final String INFO = "holdfast_app_info";
  private static final String HEALTHY = "holdfast_service_healthy";
  private static final String RESTARTS = "holdfast_container_restarts";
  private final MeterRegistry registry;
  private final Map<Key, Value> values = new HashMap<>();

  /** By app, those that come and go with what its view shows. */
  private final Map<String, Set<Key>> shown = new HashMap<>();

  Gauges(MeterRegistry registry) {
    this.registry = registry;
  }

  private record Key(String name, Tags labels) {
    boolean isOf(String app) {
      return labels.stream()
          .anyMatch(tag -> tag.getKey().equals(APP) && tag.getValue().equals(app));
    }
  }

  /** {@code bits}: those of a double, which a scrape reads while it is set. */
  private record Value(Gauge gauge, AtomicLong bits) {}

  synchronized void set(String name, String help, double value, String... labels) {
    set(new Key(name, Tags.of(labels)), help, value);
  }

  synchronized void app(AppView view) {
    String app = view.app();
    Set<Key> present = new HashSet<>();
    present.add(set(new Key(INFO, info(view)), "What an app runs; always 1.", 1));
    for (Phase phase : Phase.values()) {
      Key key = new Key("holdfast_app_phase", Tags.of(APP, app, "phase", phase.name()));
      set(
          key,
          "1 for the phase that an app is in, 0 for the others.",
          phase == view.phase() ? 1 : 0);
    }
    set(
        new Key("holdfast_quarantined_releases", Tags.of(APP, app)),
        "Releases of an app that failed and are not tried again by themselves.",
        view.quarantined().size());
    set(
        new Key("holdfast_backups_owed", Tags.of(APP, app)),
        "Backups that are still to be restored, because nobody knows what their data is.",
        view.hold() == null ? 0 : view.hold().owed().size());
    for (ServiceView service : view.services()) {
      Tags labels = Tags.of(APP, app, "service", service.service());
      present.add(
          set(
              new Key(HEALTHY, labels),
              "1 if all containers of a service are well.",
              healthy(service)));
      present.add(
          set(
              new Key(RESTARTS, labels),
              "Restarts of a service's present containers by the engine.",
              service.containers().stream().mapToInt(ContainerView::restarts).sum()));
    }
    Set<Key> before = shown.put(app, present);
    if (before != null && !present.containsAll(before)) {
      forget(key -> before.contains(key) && !present.contains(key));
    }
  }

  synchronized void gone(String app) {
    shown.remove(app);
    forget(key -> key.isOf(app));
  }

  private Key set(Key key, String help, double value) {
    values.computeIfAbsent(key, k -> register(k, help)).bits().set(Double.doubleToLongBits(value));
    return key;
  }

  private Value register(Key key, String help) {
    AtomicLong bits = new AtomicLong();
    Gauge gauge =
        Gauge.builder(key.name(), bits, b -> Double.longBitsToDouble(b.get()))
            .description(help)
            .tags(key.labels())
            .strongReference(true)
            .register(registry);
    return new Value(gauge, bits);
  }

  private void forget(Predicate<Key> gone) {
    values
        .entrySet()
        .removeIf(
            entry -> {
              boolean forgotten = gone.test(entry.getKey());
              if (forgotten) {
                registry.remove(entry.getValue().gauge());
              }
              return forgotten;
            });
  }

  private static Tags info(AppView view) {
    return Tags.of(
        APP,
        view.app(),
        "environment",
        view.environment(),
        "release",
        Objects.requireNonNullElse(view.release(), ""),
        "version",
        Objects.requireNonNullElse(view.version(), ""),
        "commit",
        Objects.requireNonNullElse(view.commit(), ""));
  }

  private static int healthy(ServiceView service) {
    boolean all = service.containers().stream().allMatch(container -> isWell(container, service));
    return all && !service.containers().isEmpty() ? 1 : 0;
  }

  /** A service that is meant to run once and has done so is in sync without a running container. */
  private static boolean isWell(ContainerView container, ServiceView service) {
    if (container.state().equals("running")) {
      return container.health() == null || container.health().equals("healthy");
    }
    return container.state().equals("exited") && service.inSync();
  }
}
