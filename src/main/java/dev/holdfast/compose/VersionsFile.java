package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * versions.yaml: the version and commit that people see, and what each named service runs. Every
 * value is text as it is written, so {@code 1.10} is never 1.1. A file without a document, or whose
 * services are null, is taken for half written and refused.
 */
public record VersionsFile(
    @Nullable String version, @Nullable String commit, SortedMap<String, Entry> services) {
  private static final int LONGEST = 512;

  public VersionsFile {
    services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
  }

  /** One service, with the place of its line. */
  public record Entry(VersionWish wish, String text, int line, int column) {}

  /** A file, or what is wrong with it. */
  public sealed interface Result {
    record Parsed(VersionsFile versions) implements Result {}

    record Refused(List<Problem> problems) implements Result {
      public Refused {
        problems = List.copyOf(problems);
      }
    }
  }

  public static Result parse(String file, byte[] bytes) {
    Problems problems = new Problems();
    VersionsFile versions = parse(file, bytes, problems);
    return versions == null || problems.hasErrors()
        ? new Result.Refused(problems.errors())
        : new Result.Parsed(versions);
  }

  static @Nullable VersionsFile parse(String file, byte[] bytes, Problems problems) {
    Value document = YamlReader.read(file, bytes, problems);
    if (document == null || GoScalars.isNull(document)) {
      if (!problems.hasErrors()) {
        problems.error(
            Place.whole(file), "is empty; it may be half written: write at least 'services: {}'");
      }
      return null;
    }
    Fields fields = Fields.of(document, "the file", problems);
    return fields == null ? null : parse(new Fields(fields.mapping(), "", problems));
  }

  private static VersionsFile parse(Fields file) {
    Keys.VERSIONS.check(file);
    SortedMap<String, Entry> services = new TreeMap<>();
    if (file.has("services") && file.get("services") == null) {
      file.error(
          "services",
          "is empty; the file may be half written: name services, or write 'services: {}'");
    }
    Fields named = file.child("services");
    if (named != null) {
      named
          .mapping()
          .members()
          .forEach((service, member) -> entry(named, service, member.value(), services));
    }
    return new VersionsFile(line(file, "version"), line(file, "commit"), services);
  }

  private static @Nullable String line(Fields file, String key) {
    String text = file.text(key);
    if (text != null
        && (text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl))) {
      file.error(key, "must be one short line");
      return null;
    }
    return text;
  }

  private static void entry(
      Fields named, String service, Value value, SortedMap<String, Entry> services) {
    Place place = named.at(service);
    String path = named.path(Keys.shown(service));
    if (!(value instanceof Scalar scalar) || scalar.text().length() > LONGEST) {
      named
          .problems()
          .error(place, path + " must be a tag, a digest, a range of versions or an image");
      return;
    }
    if (GoScalars.isNull(scalar)) {
      named
          .problems()
          .error(
              place,
              path + " is empty; the file may be half written: name a version, or remove the line");
      return;
    }
    try {
      services.put(
          service,
          new Entry(VersionWish.parse(scalar.text()), scalar.text(), place.line(), place.column()));
    } catch (IllegalArgumentException e) {
      named.problems().error(scalar.place(), path + " " + scalar.shown() + " " + reason(e));
    }
  }

  private static String reason(IllegalArgumentException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith("is ") || message.startsWith("has ")
        ? message
        : "is not a usable image: " + message;
  }
}
