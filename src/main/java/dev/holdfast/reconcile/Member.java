package dev.holdfast.reconcile;

import java.util.List;
import java.util.Map;

/** An app of the fleet with all that answers for it. */
record Member(
    App app, AppMemory memory, AppTurn turn, Diffs diffs, DataRequests data, UsageMeter usage) {
  String name() {
    return app.settings().app();
  }

  AppReconciler reconciler() {
    return turn.reconciler();
  }

  Decisions decisions() {
    return new Decisions(app.settings(), app.ports(), memory);
  }

  Orders orders() {
    return new Orders(app.settings(), app.ports(), memory);
  }

  /** By its running containers. */
  Map<String, Apps.Taken> used() {
    List<String> ids =
        reconciler().view().services().stream()
            .flatMap(service -> service.containers().stream())
            .filter(container -> container.state().equals("running"))
            .map(AppView.ContainerView::id)
            .toList();
    return usage.of(ids);
  }
}
