package dev.holdfast.rig;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A fault that a test stages on real parts, and what comes of it: one line of docs/faults.md. The
 * numbers of reported failures are those that the method's name begins with ({@code F38_…}).
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Staged {
  /** The part that fails. */
  Part part();

  /** What goes wrong. */
  String fault();

  /** What happens then. */
  String then();

  /** The parts, in the order in which the document names them. */
  enum Part {
    REGISTRY("Registry and pull"),
    GIT("Git and the desired state"),
    CALLS("Calls to the engine"),
    ENGINE("The engine itself"),
    CONTAINERS("Containers, names, ports and mounts"),
    MIGRATIONS("Migrations"),
    HEALTH("Health and rollback"),
    AGENT("The agent's own process"),
    STATE("The agent's state"),
    DISK("Disks"),
    CLOCK("Clocks"),
    PEOPLE("People");

    private final String title;

    Part(String title) {
      this.title = title;
    }

    public String title() {
      return title;
    }
  }
}
