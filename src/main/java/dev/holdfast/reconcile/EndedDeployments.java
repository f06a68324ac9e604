package dev.holdfast.reconcile;

import dev.holdfast.report.Change;
import dev.holdfast.store.NewerFormatException;
import dev.holdfast.store.Store;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The deployments that ended, as the figures of delivery need them: the record of each is read
 * once, as it does not change any more.
 */
final class EndedDeployments {
  /** Of one app, the newest: ten tries a day in 90 days are 900. */
  private static final int MOST = 5_000;

  private final Store store;
  private Map<String, Change> known = new HashMap<>();

  EndedDeployments(Store store) {
    this.store = store;
  }

  synchronized List<Change> of(Collection<String> apps, Instant since) {
    Map<String, Change> now = new HashMap<>();
    for (String app : apps) {
      store.deployments(app, since).stream().limit(MOST).forEach(id -> take(app, id, now));
    }
    known = now;
    return new ArrayList<>(now.values());
  }

  private void take(String app, String id, Map<String, Change> now) {
    String key = app + "/" + id;
    Change change = known.get(key);
    if (change == null) {
      change = read(app, id);
    }
    if (change != null) {
      now.put(key, change);
    }
  }

  /** A record that cannot be read is reported where the history is read; here it is left out. */
  private @Nullable Change read(String app, String id) {
    try {
      return store.record(app, id).map(Change::of).orElse(null);
    } catch (UncheckedIOException | NewerFormatException e) {
      return null;
    }
  }
}
