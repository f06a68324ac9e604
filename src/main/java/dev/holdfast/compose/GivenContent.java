package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Style;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The top-level {@code secrets} or {@code configs}: what each of them holds, read when a service
 * asks for it. A file is looked for in the source, then in the app's project directory on the
 * server.
 */
final class GivenContent {
  private static final int MOST_BYTES = 500 << 10;
  private static final int MOST_IN_ALL = 4 << 20;

  private final Project project;
  private final boolean secret;
  private final SortedMap<String, Fields> declared;
  private int total;

  GivenContent(Project project, Fields file, boolean secret) {
    this.project = project;
    this.secret = secret;
    this.declared = file.children(secret ? "secrets" : "configs");
    declared.values().forEach((secret ? Keys.SECRET : Keys.CONFIG)::check);
  }

  /** What is given: bytes, or a file that the source tracks. The bytes are in Base64. */
  sealed interface Content {
    String base64();

    record Bytes(String base64) implements Content {
      @Override
      public String toString() {
        return "Bytes[***]";
      }
    }

    record Tracked(String path, String hash, String base64) implements Content {}
  }

  String kind() {
    return secret ? "secrets" : "configs";
  }

  boolean secret() {
    return secret;
  }

  /** Empty, with a problem, where there is nothing that could be given. */
  Optional<Content> of(String name, Place at, String path) {
    Fields fields = declared.get(name);
    if (fields == null) {
      project
          .problems()
          .error(
              at,
              path
                  + " names what the file does not declare under "
                  + kind()
                  + project.problems().hint(name, declared.keySet()));
      return Optional.empty();
    }
    List<String> sources = new ArrayList<>(List.of("file", "environment"));
    if (!secret) {
      sources.add("content");
    }
    List<String> given = sources.stream().filter(key -> fields.get(key) != null).toList();
    if (isExternal(fields)) {
      fields.error(
          "external",
          "is kept by a Swarm, which a single engine does not have; give it by "
              + String.join(" or ", sources));
      return Optional.empty();
    }
    if (given.size() != 1) {
      project
          .problems()
          .error(
              fields.mapping().place(),
              fields.path() + " needs one of " + String.join(", ", sources) + ", and one alone");
      return Optional.empty();
    }
    return bounded(fields, given.getFirst());
  }

  private static boolean isExternal(Fields fields) {
    return fields.get("external") instanceof Value.Mapping || fields.isTrue("external");
  }

  private Optional<Content> bounded(Fields fields, String key) {
    Scalar value = fields.scalar(key);
    Optional<Content> content =
        value == null
            ? Optional.empty()
            : switch (key) {
              case "file" -> file(fields, value);
              case "environment" -> environment(fields, value);
              default -> Optional.of(bytes(value.text()));
            };
    return content.filter(found -> fits(fields, key, found));
  }

  private boolean fits(Fields fields, String key, Content content) {
    int size = content.base64().length() / 4 * 3;
    total += size;
    if (size > MOST_BYTES || total > MOST_IN_ALL) {
      fields.error(key, "is larger than 500 KiB, or all together are larger than 4 MiB");
    }
    return size <= MOST_BYTES && total <= MOST_IN_ALL;
  }

  private static Content bytes(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Content bytes(byte[] bytes) {
    return new Content.Bytes(base64(bytes));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private Optional<Content> environment(Fields fields, Scalar name) {
    String value = project.variable(name.text());
    if (value != null) {
      return Optional.of(bytes(value));
    }
    String unset = "names a variable that is not set";
    if (project.offServer()) {
      fields.warn("environment", unset + " here; it must be set in an env-file on the server");
    } else {
      fields.error("environment", unset + "; set it in an env-file of the app");
    }
    return Optional.empty();
  }

  private Optional<Content> file(Fields fields, Scalar file) {
    String written = file.text();
    if (written.startsWith("/")) {
      return absolute(fields, file, SourcePaths.absolute(written));
    }
    Optional<String> path =
        written.isEmpty() || written.startsWith("~")
            ? Optional.empty()
            : SourcePaths.below(project.folder(), written);
    if (path.isEmpty()) {
      fields.error(
          "file",
          "must be a relative path inside of the app's folder, or an absolute one that agent.yaml"
              + " allows");
      return Optional.empty();
    }
    Optional<byte[]> tracked = project.tree().file(path.get());
    Optional<String> hash =
        secret || tracked.isEmpty() ? Optional.empty() : project.contentHash(path.get());
    if (hash.isPresent() && tracked.isPresent()) {
      return Optional.of(new Content.Tracked(path.get(), hash.get(), base64(tracked.get())));
    }
    return tracked
        .or(() -> SourcePaths.within(project.folder(), path.get()).flatMap(project::serverFile))
        .map(GivenContent::bytes)
        .or(() -> missing(fields, file));
  }

  private Optional<Content> absolute(Fields fields, Scalar file, String path) {
    if (project.permissions().allowsPath(path)) {
      return project.serverFile(path).map(GivenContent::bytes).or(() -> missing(fields, file));
    }
    fields.error(
        "file",
        "is an absolute path of the server; "
            + project.allowHint(
                "allow-paths", file.style() == Style.INTERPOLATED ? "that path" : path));
    return Optional.empty();
  }

  private Optional<Content> missing(Fields fields, Scalar file) {
    if (project.offServer()) {
      fields.warn(
          "file",
          "names "
              + file.shown()
              + ", which is not in the source and so cannot be checked here; it must lie in the"
              + " app's project directory on the server");
    } else {
      fields.error(
          "file",
          "names "
              + file.shown()
              + ", which is no file of the source or of the app's project directory on the server"
              + " that can be read; put it there");
    }
    return Optional.empty();
  }

  static @Nullable Integer id(Fields fields, String key) {
    return fields.integer(key, 0, Integer.MAX_VALUE);
  }
}
