package dev.holdfast.plan;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import java.util.Set;

/**
 * The names of containers. They follow from app, service, number and release alone, so that a step
 * that runs twice finds its own work; whose a container is, is decided by label and id.
 */
public final class Names {
  private static final int ID_DIGITS = 12;

  private Names() {}

  /**
   * What a service's container is called while it serves: {@code container_name}, else as docker
   * compose v2 names it.
   */
  public static String serving(String app, Release.Service service, int number) {
    String fixed = service.spec().container().containerName();
    return fixed == null ? app + "-" + service.spec().name() + "-" + number : fixed;
  }

  /**
   * What it is called from its creation until the one before it has stepped aside; the first such
   * name that nobody holds.
   */
  public static String waiting(String servingName, String release, Set<String> taken) {
    String name = servingName + "-" + release;
    for (int i = 2; taken.contains(name); i++) {
      name = servingName + "-" + release + "-" + i;
    }
    return name;
  }

  /** What a replaced container is called until the release is confirmed. */
  public static String aside(String servingName, String id) {
    return servingName + "-old-" + digits(id);
  }

  /**
   * docker compose v1 wrote underscores. A container of that name that is as it should be keeps it;
   * the one after it is called as everything is.
   */
  public static boolean isOfComposeV1(ObservedContainer container) {
    return !container.isOurs(container.project())
        && container
            .name()
            .equals(container.project() + "_" + container.service() + "_" + container.number());
  }

  /** What the one after a container of that name is called; the same where v1 did not name it. */
  static String afterComposeV1(ObservedContainer container, String name) {
    String place = container.project() + "_" + container.service() + "_" + container.number();
    return name.equals(place)
        ? container.project() + "-" + container.service() + "-" + container.number()
        : name;
  }

  public static boolean isAside(ObservedContainer container) {
    return container.name().endsWith("-old-" + digits(container.id()));
  }

  /** A migration's one-off container. */
  public static String migration(String app, String service, String deployment, String index) {
    return app + "-" + service + "-run-" + deployment + "-" + index;
  }

  /** A container that somebody sits at. */
  public static String shell(String app, String service, String id) {
    return app + "-" + service + "-run-" + id;
  }

  private static String digits(String id) {
    return id.substring(0, Math.min(ID_DIGITS, id.length()));
  }
}
