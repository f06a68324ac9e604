package dev.holdfast.notify;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.model.DeploymentRecord.Status;
import java.util.Locale;

/** What a message is about. All but the last two are a deployment's. */
public enum Event {
  STARTED,
  SUCCEEDED,
  FAILED,
  ROLLED_BACK,
  ROLLBACK_FAILED,
  DEGRADED,
  SUPERSEDED,
  APPROVAL_WAITING,
  TROUBLE,
  RECOVERED;

  /** As in agent.yaml: {@code rolled-back}. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @JsonCreator
  static Event of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  static Event of(Status status) {
    return switch (status) {
      case IN_PROGRESS -> STARTED;
      case SUCCEEDED -> SUCCEEDED;
      case FAILED -> FAILED;
      case ROLLED_BACK -> ROLLED_BACK;
      case ROLLBACK_FAILED -> ROLLBACK_FAILED;
      case DEGRADED -> DEGRADED;
      case SUPERSEDED -> SUPERSEDED;
    };
  }

  boolean isBad() {
    return switch (this) {
      case FAILED, ROLLED_BACK, ROLLBACK_FAILED, DEGRADED, TROUBLE -> true;
      case STARTED, SUCCEEDED, SUPERSEDED, APPROVAL_WAITING, RECOVERED -> false;
    };
  }
}
