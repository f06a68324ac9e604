package dev.holdfast.model;

import java.util.List;

/**
 * Work once a release serves: reference data and the like. {@code check} is empty where there is no
 * dry run.
 */
public record After(
    String name, String service, List<String> check, List<String> command, List<String> whenEnv) {
  public After {
    check = List.copyOf(check);
    command = List.copyOf(command);
    whenEnv = List.copyOf(whenEnv);
  }
}
