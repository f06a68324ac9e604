package dev.holdfast.reconcile;

import java.util.ArrayList;
import java.util.List;

/** Why an app waits before a release, and what whoever is asked should know. */
final class AwaitReasons {
  private AwaitReasons() {}

  static String summary(AppView view) {
    AppView.Approval approval = view.approval();
    return view.awaits() == AppView.Awaits.APPROVAL && approval != null
        ? "release " + approval.release() + " waits for a person's approval; nothing was touched"
        : "a release waits until it may be rolled out; nothing was touched";
  }

  static List<Why.Reason> reasons(AppView view) {
    List<Why.Reason> reasons = new ArrayList<>();
    if (view.reason() != null) {
      reasons.add(new Why.Reason("the agent reports", view.reason().lines().toList()));
    }
    AppView.Approval approval = view.approval();
    if (approval != null && approval.at() != null) {
      reasons.add(
          new Why.Reason(
              "it was " + approval.state() + " by " + approval.by() + " at " + approval.at(),
              List.of()));
    }
    if (approval != null && !approval.changes().isEmpty()) {
      reasons.add(new Why.Reason("what it changes", approval.changes()));
    }
    if (approval != null && !approval.migrations().isEmpty()) {
      reasons.add(new Why.Reason("the migrations that it runs", approval.migrations()));
    }
    AppView.Rollback rollback = view.rollback();
    if (rollback != null) {
      reasons.add(
          new Why.Reason(
              rollback.automatic() ? "it can be rolled back" : "it cannot be rolled back by itself",
              List.of(rollback.reason())));
    }
    return reasons;
  }

  static List<String> next(AppView view) {
    List<String> next = new ArrayList<>();
    AppView.Approval approval = view.approval();
    next.add("see each step of it: `holdfast diff " + view.app() + "`");
    if (view.awaits() == AppView.Awaits.WINDOW) {
      next.add("go through now: `holdfast sync " + view.app() + " --now --reason TEXT`");
    } else if (approval != null) {
      next.add("let it go on: `holdfast approve " + view.app() + " " + approval.release() + "`");
    }
    if (approval != null) {
      next.add(
          "or not: `holdfast reject " + view.app() + " " + approval.release() + " --reason TEXT`");
    }
    return next;
  }
}
