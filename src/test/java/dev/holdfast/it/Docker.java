package dev.holdfast.it;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a person would do and see with the docker command. */
final class Docker {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final String host;

  Docker(String host) {
    this.host = host;
  }

  /** What is printed; a failure fails the test. */
  String run(String... arguments) {
    return tried(arguments).text();
  }

  Shell.Ended tried(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker", "-H", host));
    command.addAll(List.of(arguments));
    return Shell.run(command, null, Map.of("DOCKER_BUILDKIT", "0"));
  }

  /** Every container of a Compose project, whatever its state, oldest first. */
  List<Box> boxes(String project) {
    return inspected("label=com.docker.compose.project=" + project);
  }

  private List<Box> inspected(String filter) {
    // A container may go between the list and the inspect: then the list is asked again.
    for (int i = 0; i < 20; i++) {
      List<String> ids = run("ps", "-aq", "--no-trunc", "--filter", filter).lines().toList();
      if (ids.isEmpty()) {
        return List.of();
      }
      List<String> command = new ArrayList<>(List.of("inspect"));
      command.addAll(ids);
      Shell.Ended ended = tried(command.toArray(String[]::new));
      if (ended.code() == 0) {
        return parsed(ended.out());
      }
    }
    throw new AssertionError("the containers with " + filter + " come and go");
  }

  private static List<Box> parsed(String json) {
    try {
      List<Box> boxes = new ArrayList<>();
      for (JsonNode node : JSON.readTree(json)) {
        boxes.add(Box.of(node));
      }
      boxes.sort(java.util.Comparator.comparing(Box::created));
      return boxes;
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }
}
