package dev.holdfast.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An app in one file: sections that begin with {@code -- name --}. {@code variables} is
 * agent.yaml's env-file, {@code server/…} are files of the project directory, {@code request} holds
 * lines such as {@code allow-paths /etc}; {@code expected} is what comes out; all else is tracked
 * by the source.
 */
record Fixture(String name, Map<String, String> sections) {
  static Stream<Fixture> all() {
    try (Stream<Path> files =
        java.nio.file.Files.list(
            Path.of(Objects.requireNonNull(Fixture.class.getResource("/compose")).toURI()))) {
      return files
          .filter(file -> file.toString().endsWith(".txt"))
          .sorted()
          .map(Fixture::read)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Fixture read(Path path) {
    try {
      Map<String, String> sections = new LinkedHashMap<>();
      String[] parts = java.nio.file.Files.readString(path).split("(?m)^-- (?=\\S+ --$)");
      for (String part : Arrays.copyOfRange(parts, 1, parts.length)) {
        sections.put(
            part.substring(0, part.indexOf(" --")), part.substring(part.indexOf('\n') + 1));
      }
      return new Fixture(String.valueOf(path.getFileName()).replace(".txt", ""), sections);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String expected() {
    return sections.getOrDefault("expected", "");
  }

  LoadRequest request() {
    Files tree = Files.of();
    for (Map.Entry<String, String> section : sections.entrySet()) {
      if (!Set.of("variables", "request", "expected").contains(section.getKey())
          && !section.getKey().startsWith("server/")) {
        tree = tree.with(section.getKey(), section.getValue());
      }
    }
    Map<String, String> variables =
        DotEnv.parse(sections.getOrDefault("variables", ""), name -> null).values();
    return new LoadRequest(
        option("app").stream().findFirst().orElse("shop"),
        tree,
        option("compose"),
        LoadRequest.VERSIONS,
        variables,
        new Permissions(Set.copyOf(option("allow")), option("allow-paths"), List.of("*")),
        path ->
            Optional.ofNullable(sections.get("server/" + path))
                .map(text -> text.getBytes(StandardCharsets.UTF_8)));
  }

  private List<String> option(String key) {
    return sections
        .getOrDefault("request", "")
        .lines()
        .filter(line -> line.startsWith(key + " "))
        .flatMap(line -> Stream.of(line.substring(key.length() + 1).split(" ")))
        .collect(Collectors.toList());
  }

  /** What loading it says, as text. */
  String actual() {
    LoadResult result = ComposeLoader.load(request());
    String warnings =
        result.warnings().stream()
            .map(warning -> "warning " + warning + "\n")
            .collect(Collectors.joining());
    return switch (result) {
      case LoadResult.Loaded loaded -> warnings + Rendered.of(loaded.state());
      case LoadResult.Refused refused ->
          warnings
              + refused.problems().stream()
                  .map(problem -> "error " + problem + "\n")
                  .collect(Collectors.joining());
    };
  }
}
