package dev.holdfast.plan;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Kind;
import org.jspecify.annotations.Nullable;

/** What an app's next attempt is about. */
public sealed interface Intent {
  /** A deployment in flight is carried on, whichever way it goes. */
  record CarryOn(DeploymentRecord record) implements Intent {}

  /** A deployment in flight that touched nothing gives way to a newer desired state. */
  record Supersede(DeploymentRecord record, String by) implements Intent {}

  /** A new deployment to this release. */
  record Deploy(String release, Kind kind, String cause) implements Intent {}

  /** The app is kept at this release. */
  record Keep(String release) implements Intent {}

  /** A person has told the agent to leave the app as it is. */
  record LeaveAlone() implements Intent {}

  /** Nothing is known that the app could be brought or kept to. */
  record Nothing(@Nullable String reason) implements Intent {}
}
