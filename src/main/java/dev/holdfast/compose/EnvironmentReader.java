package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import dev.holdfast.model.Environment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A container's variables: {@code environment} beats {@code env_file}, of several env files the
 * later wins. A key without a value takes it from the app's variables; where they have none it is
 * not set, whatever an env file or the image says. A message here never shows a value.
 */
final class EnvironmentReader {
  private static final int MOST_FILES = 50;
  private static final Set<String> FORMATS = Set.of("", "raw");

  private final Project project;
  private final Problems problems;

  EnvironmentReader(Project project) {
    this.project = project;
    this.problems = project.problems();
  }

  Environment read(Fields service) {
    Environment environment = declared(service, "environment");
    Map<String, String> own = environment.values();
    return Environment.of(files(service, "env_file", own)).with(environment);
  }

  /** What the files under {@code key} say, the later over the earlier. */
  Map<String, String> files(Fields service, String key, Map<String, String> own) {
    Map<String, String> all = new TreeMap<>();
    Map<String, Value> files = new LinkedHashMap<>();
    int index = 0;
    for (Value item : service.items(key)) {
      String where = service.path(key) + "[" + index++ + "]";
      String name =
          item instanceof Mapping map && map.get("path") instanceof Scalar path
              ? path.text()
              : item instanceof Scalar path ? path.text() : where;
      files.remove(name);
      files.put(name, item);
    }
    if (files.size() > MOST_FILES) {
      service.error(key, "names more than " + MOST_FILES + " files; merge some");
      files.clear();
    }
    files.values().forEach(item -> all.putAll(file(item, service.path(key), own)));
    return all;
  }

  /** A map or a list of {@code KEY=value}, with what is passed through filled in. */
  Environment declared(Fields fields, String key) {
    Map<String, Optional<String>> declared = new TreeMap<>();
    Value value = fields.get(key);
    if (value instanceof Mapping map) {
      map.members()
          .forEach((name, member) -> variable(declared, name, member.value(), fields.path(key)));
    } else if (value instanceof Sequence) {
      fields.items(key).forEach(item -> item(declared, item, fields.path(key)));
    } else if (value != null) {
      fields.error(key, "must be a map or a list of KEY=value");
    }
    SortedMap<String, String> values = new TreeMap<>();
    declared.forEach((name, text) -> text.ifPresent(set -> values.put(name, set)));
    return new Environment(
        values, declared.keySet().stream().filter(name -> !values.containsKey(name)).toList());
  }

  private void variable(
      Map<String, Optional<String>> declared, String name, Value value, String path) {
    if (!(value instanceof Scalar scalar)) {
      problems.error(
          value.place(),
          path
              + "."
              + Keys.shown(name)
              + " must be a single value; quote it if braces or brackets are meant as text");
    } else if (isName(name, scalar, path)) {
      declared.put(
          name,
          Optional.ofNullable(
              GoScalars.isNull(scalar) ? project.variable(name) : GoScalars.format(scalar)));
    }
  }

  private void item(Map<String, Optional<String>> declared, Value item, String path) {
    if (!(item instanceof Scalar scalar)) {
      problems.error(
          item.place(),
          path + " takes items of the form KEY=value; quote the item, or write a map");
      return;
    }
    int equals = scalar.text().indexOf('=');
    String name = equals < 0 ? scalar.text() : scalar.text().substring(0, equals);
    if (isName(name, scalar, path)) {
      declared.put(
          name,
          Optional.ofNullable(
              equals < 0 ? project.variable(name) : scalar.text().substring(equals + 1)));
    }
  }

  private boolean isName(String name, Scalar at, String path) {
    if (name.isEmpty()
        || name.indexOf('=') >= 0
        || name.indexOf('\0') >= 0
        || at.text().indexOf('\0') >= 0) {
      problems.error(
          at.place(), path + " has an entry without a usable variable name; write KEY=value");
      return false;
    }
    return true;
  }

  private Map<String, String> file(Value item, String path, Map<String, String> own) {
    if (item instanceof Scalar scalar) {
      return file(scalar, path, true, false, own);
    }
    Fields fields = Fields.of(item, path, problems);
    if (fields == null) {
      return Map.of();
    }
    Keys.ENV_FILE.check(fields);
    String format = Optional.ofNullable(fields.text("format")).orElse("");
    if (!FORMATS.contains(format)) {
      fields.error("format", "must be 'raw' or missing");
    }
    Scalar file = fields.scalar("path");
    if (file == null) {
      fields.error("path", "is missing; name the env file");
      return Map.of();
    }
    return file(
        file, path, !Boolean.FALSE.equals(fields.flag("required")), format.equals("raw"), own);
  }

  private Map<String, String> file(
      Scalar file, String path, boolean required, boolean raw, Map<String, String> own) {
    if (file.text().isEmpty()) {
      problems.error(file.place(), path + " names no file; its variable may be empty");
      return Map.of();
    }
    Optional<byte[]> bytes = bytes(file, path);
    if (bytes.isEmpty()) {
      if (required && project.offServer()) {
        problems.warn(
            file.place(),
            path
                + " names "
                + file.shown()
                + ", which is not in the source and so cannot be checked here; it must lie in the"
                + " app's project directory on the server");
      } else if (required) {
        problems.error(
            file.place(),
            path
                + " names "
                + file.shown()
                + ", which lies neither in the source nor in the app's project directory on the"
                + " server; put it there, or write {path: …, required: false}");
      }
      return Map.of();
    }
    return parse(file, bytes.get(), raw, own);
  }

  private Optional<byte[]> bytes(Scalar file, String path) {
    String written = file.text();
    if (written.startsWith("/")) {
      return absolute(file, SourcePaths.absolute(written), path);
    }
    Optional<String> below =
        written.startsWith("~") ? Optional.empty() : SourcePaths.below(project.folder(), written);
    if (below.isEmpty()) {
      problems.error(
          file.place(),
          path
              + " names a file outside of the app's folder; move it into the app's project"
              + " directory on the server");
      return Optional.of(new byte[0]);
    }
    return project
        .tree()
        .file(below.get())
        .or(() -> SourcePaths.within(project.folder(), below.get()).flatMap(project::serverFile));
  }

  private Optional<byte[]> absolute(Scalar file, String path, String where) {
    if (project.permissions().allowsPath(path)) {
      return project.serverFile(path);
    }
    problems.error(
        file.place(),
        where
            + " names a file by an absolute path; "
            + project.allowHint(
                "allow-paths", file.style() == Value.Style.INTERPOLATED ? "…" : path));
    return Optional.of(new byte[0]);
  }

  private Map<String, String> parse(
      Scalar file, byte[] bytes, boolean raw, Map<String, String> own) {
    String name = file.style() == Value.Style.INTERPOLATED ? "env_file" : file.text();
    String text = Utf8.text(name, bytes, problems);
    if (text == null) {
      return Map.of();
    }
    DotEnv.Result result =
        raw
            ? DotEnv.parseRaw(text, key -> outside(key, own))
            : DotEnv.parse(text, key -> outside(key, own));
    result
        .faults()
        .forEach(fault -> problems.error(new Place(name, fault.line(), 1), fault.message()));
    result
        .unset()
        .forEach(
            key ->
                problems.unset(
                    Place.whole(name),
                    "the value of "
                        + key
                        + " uses a variable that is not set, so a part of it becomes empty; write"
                        + " $$ for a dollar sign, or quote the value with '"));
    return result.values();
  }

  private @Nullable String outside(String key, Map<String, String> own) {
    String value = project.variable(key);
    return value == null ? own.get(key) : value;
  }
}
