package dev.holdfast.api;

import dev.holdfast.reconcile.Apps;
import dev.holdfast.reconcile.Apps.Diff;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.Semaphore;

/**
 * What would be done next. Working it out asks source, registry and engine, each of which may be
 * slow: a few may wait for that, and never all of those who answer requests.
 */
@ApplicationScoped
public class Plans {
  static final int MOST = 4;
  private final Apps apps;
  private final Semaphore places = new Semaphore(MOST);

  Plans(Apps apps) {
    this.apps = apps;
  }

  public Diff next(String app) {
    if (!places.tryAcquire()) {
      throw new ProblemException(
          503, "as many plans as may be are being worked out already; try again in a moment");
    }
    try {
      return apps.diff(app);
    } finally {
      places.release();
    }
  }
}
