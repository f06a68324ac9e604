package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.report.Change;
import dev.holdfast.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The deployments of all apps, with what was printed in them. */
final class History {
  private static final int OUTPUT_BYTES = 1 << 20;

  private final Store store;
  private final Supplier<Set<String>> apps;
  private final EndedDeployments ended;

  /**
   * @param apps those that there are now
   */
  History(Store store, Supplier<Set<String>> apps) {
    this.store = store;
    this.apps = apps;
    this.ended = new EndedDeployments(store);
  }

  List<DeploymentRecord> deployments(@Nullable String app, int limit) {
    if (app != null) {
      return store.records(app, limit);
    }
    List<DeploymentRecord> all = new ArrayList<>();
    apps.get().forEach(name -> all.addAll(store.records(name, limit)));
    return all.stream()
        .sorted(
            Comparator.comparing(DeploymentRecord::timestamp)
                .thenComparing(DeploymentRecord::deploymentId)
                .reversed())
        .limit(limit)
        .toList();
  }

  Optional<DeploymentRecord> deployment(String id) {
    for (String app : apps.get()) {
      Optional<DeploymentRecord> record = store.record(app, id);
      if (record.isPresent()) {
        return record;
      }
    }
    return Optional.empty();
  }

  Store.LogPage log(String deployment, long offset) {
    return deployment(deployment)
        .map(record -> store.readLog(record.app(), deployment, offset))
        .orElseGet(() -> new Store.LogPage(List.of(), offset));
  }

  Optional<String> output(String deployment, String file) {
    return deployment(deployment)
        .flatMap(record -> store.readOutput(record.app(), deployment, file, OUTPUT_BYTES));
  }

  List<Store.LogLine> logTail(String deployment, int maxBytes) {
    return deployment(deployment)
        .map(record -> store.logTail(record.app(), deployment, maxBytes))
        .orElse(List.of());
  }

  Optional<String> outputTail(String deployment, String file, int maxBytes) {
    return deployment(deployment)
        .flatMap(record -> store.readOutput(record.app(), deployment, file, maxBytes));
  }

  List<Change> changes(Instant since) {
    return ended.of(List.copyOf(apps.get()), since);
  }
}
