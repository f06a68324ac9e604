package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.Release;
import java.util.List;
import java.util.Objects;

/** What a failure of a deployment that goes forward leads to. */
public enum Turn {
  /** Nothing was touched: the old release serves, and the deployment has failed. */
  END,
  /** Put back what was there. */
  BACK,
  /**
   * A migration ran that the old release cannot live with: leave things, hold the app, call a
   * person.
   */
  HOLD;

  public static Turn after(DeploymentRecord record, Release release) {
    List<Migration> all = release.rollout().migrations();
    boolean undo = false;
    for (int i = 0; i < all.size(); i++) {
      if (Objects.equals(record.migrations().get(i), 0)) {
        switch (all.get(i).onRollback()) {
          case OnRollback.Keep keep -> {}
          case OnRollback.Command command -> undo = true;
          case OnRollback.Restore restore -> undo = true;
          case OnRollback.Hold hold -> {
            return HOLD;
          }
        }
      }
    }
    return record.updateBegan() || undo ? BACK : END;
  }
}
