package dev.holdfast.compose;

import dev.holdfast.compose.Value.Action;
import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Member;
import dev.holdfast.compose.Value.Scalar;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code extends} of services, for one file after its variables are replaced and before it is
 * merged with others, as the Compose Specification orders it:
 *
 * <ol>
 *   <li>the base is found in the same file, or in another file of the source, whose variables are
 *       replaced too;
 *   <li>if the base extends another service, that comes first;
 *   <li>the service is merged over its base by the rules for several files.
 * </ol>
 *
 * Relative paths of another file are seen from that file's folder. Nothing else of that file is
 * taken over: volumes and networks that the base uses must be declared where it is extended.
 */
final class Extends {
  private static final int MOST_FILES = 50;
  private static final int MOST_DEPTH = 50;
  private static final int MOST_WEIGHT = 200_000;

  private final Project project;
  private final String folder;
  private final VariableReplacement variables;
  private final Problems problems;
  private final Map<String, Optional<Mapping>> others = new HashMap<>();

  /** A service of a file; {@code own}: of the Compose file itself, not of one that it names. */
  private record Key(String file, String service, boolean own) {}

  /** What is known while one Compose file is gone through. */
  private record Run(Map<Key, Optional<Mapping>> done, Set<Key> open, Mapping services) {}

  /**
   * @param folder that relative paths of the file are seen from
   */
  Extends(Project project, String folder, VariableReplacement variables) {
    this.project = project;
    this.folder = folder;
    this.variables = variables;
    this.problems = project.problems();
  }

  Mapping apply(String file, Mapping document) {
    if (!(document.get("services") instanceof Mapping services)) {
      return document;
    }
    Run run = new Run(new HashMap<>(), new LinkedHashSet<>(), services);
    Map<String, Member> merged = new LinkedHashMap<>();
    long weight = 0;
    for (Map.Entry<String, Member> entry : services.members().entrySet()) {
      Member member = entry.getValue();
      Value value = member.value();
      if (value instanceof Mapping service && service.get("extends") != null) {
        value = resolve(run, new Key(file, entry.getKey(), true), service).orElse(service);
        weight += value.weight();
      }
      if (weight > MOST_WEIGHT) {
        problems.error(member.key(), "the services grow too large through extends; shorten them");
        return document;
      }
      merged.put(entry.getKey(), new Member(member.key(), value));
    }
    Map<String, Member> members = new LinkedHashMap<>(document.members());
    members.put(
        "services",
        new Member(
            document.placeOf("services"), Mapping.of(services.place(), services.action(), merged)));
    return Mapping.of(document.place(), document.action(), members);
  }

  /**
   * The service merged over all that it extends; empty, with a problem, where that is impossible.
   */
  private Optional<Mapping> resolve(Run run, Key key, Mapping service) {
    Optional<Mapping> known = run.done().get(key);
    if (known != null) {
      return known;
    }
    Value wish = service.get("extends");
    if (wish == null) {
      return Optional.of(service);
    }
    String path = "services." + Keys.shown(key.service()) + ".extends";
    if (!run.open().add(key) || run.open().size() > MOST_DEPTH) {
      problems.error(
          wish.place(), path + " leads back to the service itself, or too deep; break the circle");
      return Optional.empty();
    }
    Optional<Mapping> merged =
        base(run, key, wish, path).map(base -> Overlay.merge(base, without(service)));
    run.open().remove(key);
    run.done().put(key, merged);
    return merged;
  }

  private static Mapping without(Mapping service) {
    Map<String, Member> members = new LinkedHashMap<>(service.members());
    members.remove("extends");
    return Mapping.of(service.place(), Action.NONE, members);
  }

  private Optional<Mapping> base(Run run, Key from, Value wish, String path) {
    if (wish instanceof Scalar name) {
      return find(run, from, from.own() ? run.services() : null, name, path);
    }
    Fields fields = Fields.of(wish, path, problems);
    Scalar service = fields == null ? null : fields.scalar("service");
    if (fields == null || service == null) {
      problems.error(wish.place(), path + " must name a service: {service: …, file: …}");
      return Optional.empty();
    }
    Keys.EXTENDS.check(fields);
    Scalar file = fields.scalar("file");
    if (file == null) {
      return find(run, from, from.own() ? run.services() : null, service, path);
    }
    return fileOf(from, file, path)
        .flatMap(name -> find(run, new Key(name, from.service(), false), null, service, path));
  }

  private Optional<String> fileOf(Key from, Scalar file, String path) {
    Optional<String> below =
        file.text().startsWith("/") || file.text().isEmpty()
            ? Optional.empty()
            : SourcePaths.below(SourcePaths.folderOf(from.file()), file.text());
    if (below.isEmpty()) {
      problems.error(file.place(), path + ".file must be a relative path to a file of the source");
    }
    return below;
  }

  /** {@code services}: of the Compose file itself; null: those of another file. */
  private Optional<Mapping> find(
      Run run, Key in, @Nullable Mapping services, Scalar name, String path) {
    Mapping all = services == null ? servicesOf(in.file(), name, path).orElse(null) : services;
    if (all == null) {
      return Optional.empty();
    }
    Member member = all.members().get(name.text());
    if (member == null) {
      problems.error(
          name.place(),
          path
              + " names a service that "
              + in.file()
              + " does not have"
              + (name.style() == Value.Style.INTERPOLATED
                  ? ""
                  : problems.hint(name.text(), all.members().keySet())));
      return Optional.empty();
    }
    Value value = GoScalars.isNull(member.value()) ? Mapping.empty(member.key()) : member.value();
    if (!(value instanceof Mapping service)) {
      problems.error(value.place(), "services." + Keys.shown(name.text()) + " must be a map");
      return Optional.empty();
    }
    return resolve(run, new Key(in.file(), name.text(), services != null), service);
  }

  private Optional<Mapping> servicesOf(String file, Scalar at, String path) {
    Optional<Mapping> known = others.get(file);
    if (known == null) {
      known = read(file, at, path);
      others.put(file, known);
    }
    return known;
  }

  private Optional<Mapping> read(String file, Scalar at, String path) {
    Optional<byte[]> bytes =
        others.size() < MOST_FILES ? project.tree().file(file) : Optional.empty();
    if (bytes.isEmpty()) {
      problems.error(
          at.place(),
          path
              + " needs the file "
              + (at.style() == Value.Style.INTERPOLATED ? "that it names" : "'" + file + "'")
              + ", which is not in the source; commit it, or correct the path");
      return Optional.empty();
    }
    Value read = YamlReader.read(file, bytes.get(), problems);
    if (read instanceof Mapping mapping
        && variables.apply(mapping, "") instanceof Mapping document
        && document.get("services") instanceof Mapping services) {
      return Optional.of(
          RelativePaths.between(SourcePaths.folderOf(file), folder).ofServices(services));
    }
    problems.error(
        read == null ? Place.whole(file) : read.place(), "has no services that could be extended");
    return Optional.empty();
  }
}
