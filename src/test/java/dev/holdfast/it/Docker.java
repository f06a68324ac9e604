package dev.holdfast.it;

import dev.holdfast.it.crash.EngineHttp;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a person would do and see with the docker command. */
final class Docker {
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
    List<Box> boxes = new ArrayList<>();
    // Not by the command: tests ask again and again, and it is a process each time.
    http().containers(project).forEach(all -> boxes.add(Box.of(all)));
    boxes.sort(java.util.Comparator.comparing(Box::created));
    return boxes;
  }

  /** The engine without the command. */
  EngineHttp http() {
    return new EngineHttp(Path.of(URI.create(host).getPath()));
  }
}
