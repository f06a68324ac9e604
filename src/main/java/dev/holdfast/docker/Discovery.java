package dev.holdfast.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;

/** tmp */
final class Discovery {
  private Discovery() {}

  static boolean isHidden(InspectContainerResponse inspected) {
    return false;
  }
}
