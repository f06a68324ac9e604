package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a person did before: docker-compose 1.29 in the project's folder on the server. */
final class Compose {
  private final Path folder;
  private final String project;
  private final String engine;

  Compose(Path folder, String project, String engine) {
    this.folder = folder;
    this.project = project;
    this.engine = engine;
  }

  Path folder() {
    return folder;
  }

  Compose write(String file, String content) {
    try {
      Files.createDirectories(folder.resolve(file).getParent());
      Files.writeString(folder.resolve(file), content);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Shell.Ended run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker-compose", "-p", project));
    command.addAll(List.of(arguments));
    return Shell.run(
        command,
        folder,
        Map.of("DOCKER_HOST", engine, "CANARY", App.CANARY, "COMPOSE_INTERACTIVE_NO_CLI", "1"));
  }
}
