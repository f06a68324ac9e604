package dev.holdfast.reconcile;

import dev.holdfast.reconcile.AppView.Phase;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why an app is in its phase: the object of {@code GET /api/v1/apps/{app}/why}.
 *
 * @param reasons the nearest cause first, each with what shows it
 * @param next what a person does about it, the likeliest first; empty where there is nothing to do
 */
public record Why(
    String app,
    Phase phase,
    @Nullable Instant since,
    String summary,
    List<Reason> reasons,
    List<String> next) {
  public Why {
    reasons = List.copyOf(reasons);
    next = List.copyOf(next);
  }

  public record Reason(String what, List<String> evidence) {
    public Reason {
      evidence = List.copyOf(evidence);
    }
  }
}
