package dev.holdfast.page;

import static dev.holdfast.page.Attribute.css;
import static dev.holdfast.page.Attribute.decorative;
import static dev.holdfast.page.Html.text;

import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepStatus;
import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.Phase;
import java.util.Locale;

/** A word with a sign and a colour: the word alone says all. */
enum Badge {
  GOOD("✓"),
  BUSY("●"),
  WAITING("‖"),
  BAD("✕"),
  QUIET("–");

  private final String sign;

  Badge(String sign) {
    this.sign = sign;
  }

  Html with(String word) {
    return Html.element(
        Tag.SPAN,
        css("badge " + name().toLowerCase(Locale.ROOT)),
        Html.element(Tag.SPAN, css("sign"), decorative(), text(sign)),
        text(" " + word));
  }

  static Html of(Phase phase) {
    return badge(phase).with(word(phase));
  }

  private static String word(Phase phase) {
    return switch (phase) {
      case AwaitingApproval -> "Awaiting approval";
      case AwaitingWindow -> "Awaiting window";
      case Synced, Progressing, Held, Degraded, Unknown -> phase.name();
    };
  }

  private static Badge badge(Phase phase) {
    return switch (phase) {
      case Synced -> GOOD;
      case Progressing -> BUSY;
      case AwaitingApproval, AwaitingWindow, Held -> WAITING;
      case Degraded -> BAD;
      case Unknown -> QUIET;
    };
  }

  static Html of(Status status) {
    Badge badge =
        switch (status) {
          case IN_PROGRESS -> BUSY;
          case SUCCEEDED -> GOOD;
          case DEGRADED -> WAITING;
          case FAILED, ROLLED_BACK, ROLLBACK_FAILED -> BAD;
          case SUPERSEDED -> QUIET;
        };
    return badge.with(status.text());
  }

  static Html of(StepStatus status) {
    Badge badge =
        switch (status) {
          case RUNNING -> BUSY;
          case SUCCEEDED -> GOOD;
          case FAILED -> BAD;
          case SKIPPED -> QUIET;
        };
    return badge.with(status.name().toLowerCase(Locale.ROOT));
  }

  static Html of(ContainerView container) {
    String health = container.health();
    if (!container.state().equals("running") || health == null) {
      return state(container.state()).with(container.state());
    }
    return switch (health) {
      case "healthy" -> GOOD.with(health);
      case "unhealthy" -> BAD.with(health);
      default -> BUSY.with(health);
    };
  }

  private static Badge state(String state) {
    return switch (state) {
      case "running" -> GOOD;
      case "created", "restarting", "removing" -> BUSY;
      case "paused" -> WAITING;
      default -> QUIET;
    };
  }
}
