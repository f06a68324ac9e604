package dev.holdfast.reconcile;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Every app brought to where it is to be, without turns: what {@code --once} does. */
final class OnePass {
  private OnePass() {}

  /**
   * One app after the other, to its end, and those that had to wait for another again; whether each
   * is at its desired release.
   */
  static boolean of(List<AppReconciler> apps) {
    List<AppReconciler> left = apps;
    boolean all = true;
    while (!left.isEmpty()) {
      List<AppReconciler> waiting = new ArrayList<>();
      for (AppReconciler reconciler : left) {
        boolean there = goesThere(reconciler);
        if (!there && reconciler.view().phase() == AppView.Phase.Progressing) {
          waiting.add(reconciler);
        } else {
          all &= there;
        }
      }
      if (waiting.size() == left.size()) {
        return false;
      }
      left = waiting;
    }
    return all;
  }

  private static boolean goesThere(AppReconciler reconciler) {
    AppReconciler.Result result = reconciler.attempt();
    for (int i = 0; i < 10 && result.again(); i++) {
      result = reconciler.attempt();
    }
    AppView view = reconciler.view();
    AppView.Named desired = view.desired();
    return view.phase() == AppView.Phase.Synced
        && desired != null
        && Objects.equals(desired.release(), view.release());
  }
}
