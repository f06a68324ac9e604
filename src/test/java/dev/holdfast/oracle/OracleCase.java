package dev.holdfast.oracle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * One folder of {@code src/test/resources/oracle}: an app's files and {@code case.yaml}, whose keys
 * are
 *
 * <pre>
 * covers: [g3, r15]      the feature groups and the rules of the survey that it shows
 * compose: [a.yaml]      as in agent.yaml; docker-compose gets them with -f
 * env-files: [x.env]     as in agent.yaml; the last one is docker-compose's --env-file
 * allow, allow-paths     as in agent.yaml
 * server: [data]         what lies in the project directory and not in git
 * source: directory      the files are followed in a directory; else in git
 * networks, volumes      made by somebody else before
 * images: [x_app]        names under which docker-compose finds the base image, where a service has none
 * v1: v1.yaml            the same in words that docker-compose 1.29 knows; `why` says which it does not
 * refused: regex         what Holdfast says, with file:line:col; nothing is made
 * v1-takes: why          it is refused by Holdfast alone
 * warns: regex           a warning that Holdfast gives
 * up: true               started too, and compared once all have ended: further networks of a
 *                        container are connected by 1.29 when it starts
 * </pre>
 */
record OracleCase(String name, Path folder, Map<String, Object> settings) {
  private static final Set<String> KEYS =
      Set.of(
          "covers",
          "compose",
          "env-files",
          "allow",
          "allow-paths",
          "server",
          "source",
          "networks",
          "volumes",
          "images",
          "v1",
          "why",
          "refused",
          "v1-takes",
          "warns",
          "up");

  OracleCase {
    Set<String> unknown = new TreeSet<>(settings.keySet());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(folder + "/case.yaml has " + unknown);
    }
    if (settings.containsKey("v1") != settings.containsKey("why")) {
      throw new IllegalArgumentException(folder + "/case.yaml: `v1` and `why` go together");
    }
  }

  static List<OracleCase> all(Path root) {
    try (Stream<Path> folders = Files.list(root)) {
      return folders.filter(Files::isDirectory).sorted().map(OracleCase::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static OracleCase read(Path folder) {
    try {
      Object settings =
          new Load(LoadSettings.builder().build())
              .loadFromString(Files.readString(folder.resolve("case.yaml")));
      return new OracleCase(
          folder.getFileName().toString(), folder, (Map<String, Object>) settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> list(String key) {
    return settings.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  @Nullable String text(String key) {
    Object value = settings.get(key);
    return value == null ? null : value.toString();
  }

  boolean isStarted() {
    return settings.containsKey("up");
  }

  boolean inDirectory() {
    return "directory".equals(text("source"));
  }

  @Override
  public String toString() {
    return name;
  }
}
