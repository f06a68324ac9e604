package dev.holdfast.compose;

import dev.holdfast.compose.Model.Scope;
import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Member;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import dev.holdfast.compose.Value.Style;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code include} of a Compose file (Compose Specification, "include"): each entry is a model of
 * its own, read with its own folder for relative paths and its own variables below those of the
 * app, and its services, volumes, networks, configs and secrets are then added. Nothing is merged:
 * what is declared on both sides differently is an error.
 *
 * <p>Bounded, because a file can include another twice, and that one a third twice: at most {@link
 * #MOST_FILES} files in all, {@link #MOST_DEPTH} below each other.
 */
final class Includes {
  private static final int MOST_FILES = 100;
  private static final int MOST_DEPTH = 16;
  private static final List<String> KINDS =
      List.of("services", "networks", "volumes", "configs", "secrets");

  private final Project project;
  private final Problems problems;
  private final Model model;
  private int files;

  Includes(Project project, Model model) {
    this.project = project;
    this.problems = project.problems();
    this.model = model;
  }

  /** The document with all that it includes, and without the key. */
  Mapping apply(Mapping document, Scope scope) {
    if (!document.members().containsKey("include")) {
      return document;
    }
    Map<String, Member> members = new LinkedHashMap<>(document.members());
    members.remove("include");
    Value wish = document.get("include");
    if (wish instanceof Sequence list) {
      List<Value> items = list.items();
      for (int i = 0; i < items.size() && !problems.isFull(); i++) {
        String path = "include[" + i + "]";
        wish(items.get(i), path, scope).ifPresent(entry -> add(members, entry, scope));
      }
    } else if (wish != null) {
      problems.error(wish.place(), "include must be a list of paths");
    }
    return Mapping.of(document.place(), document.action(), members);
  }

  /** One entry; {@code paths} are merged with each other, {@code folder} is in the source. */
  private record Entry(
      Value at, String path, List<String> paths, String folder, @Nullable List<Scalar> envFiles) {}

  private Optional<Entry> wish(Value item, String path, Scope scope) {
    if (item instanceof Scalar file) {
      return paths(List.of(file), path, scope)
          .map(found -> new Entry(item, path, found, SourcePaths.folderOf(found.getFirst()), null));
    }
    Fields fields = Fields.of(item, path, problems);
    if (fields == null) {
      return Optional.empty();
    }
    Keys.INCLUDE.check(fields);
    Optional<List<String>> found = paths(scalars(fields, "path"), path + ".path", scope);
    Scalar directory = fields.scalar("project_directory");
    Optional<String> folder =
        directory == null
            ? found.map(all -> SourcePaths.folderOf(all.getFirst()))
            : below(directory, path + ".project_directory", scope);
    List<Scalar> envFiles = fields.has("env_file") ? scalars(fields, "env_file") : null;
    return found.flatMap(all -> folder.map(at -> new Entry(item, path, all, at, envFiles)));
  }

  private List<Scalar> scalars(Fields fields, String key) {
    List<Scalar> scalars = new ArrayList<>();
    for (Value item : fields.items(key)) {
      if (item instanceof Scalar scalar) {
        scalars.add(scalar);
      } else {
        problems.error(item.place(), fields.path(key) + " takes paths; this item is none");
      }
    }
    return scalars;
  }

  private Optional<List<String>> paths(List<Scalar> written, String path, Scope scope) {
    List<String> found = new ArrayList<>();
    for (Scalar file : written) {
      below(file, path, scope).filter(name -> exists(file, name, path)).ifPresent(found::add);
    }
    if (written.isEmpty()) {
      problems.error(Place.whole(scope.open().getLast()), path + " names no file; name one");
    }
    return found.isEmpty() || found.size() < written.size() ? Optional.empty() : Optional.of(found);
  }

  private boolean exists(Scalar at, String file, String path) {
    if (project.tree().file(file).isPresent()) {
      return true;
    }
    problems.error(
        at.place(),
        path
            + " names "
            + at.shown()
            + ", which is not a file of the source; commit it, or correct the path (it is seen"
            + " from the folder of the file that includes it)");
    return false;
  }

  private Optional<String> below(Scalar written, String path, Scope scope) {
    String text = written.text();
    boolean remote = text.contains("://") || text.startsWith("git@");
    Optional<String> below =
        remote || text.isEmpty() || text.startsWith("/") || text.startsWith("~")
            ? Optional.empty()
            : SourcePaths.below(scope.folder(), text);
    if (below.isEmpty()) {
      problems.error(
          written.place(),
          path
              + (remote
                  ? " names something of another place, and a release is made of the app's own"
                      + " source alone; commit that file there"
                  : " must be a relative path that stays in the source"));
    }
    return below;
  }

  private void add(Map<String, Member> members, Entry entry, Scope scope) {
    files += entry.paths().size();
    Optional<String> again = entry.paths().stream().filter(scope.open()::contains).findFirst();
    if (again.isPresent()) {
      problems.error(
          entry.at().place(),
          entry.path()
              + " leads back to "
              + again.get()
              + " ("
              + String.join(" includes ", scope.open())
              + "); break the circle");
      return;
    }
    if (files > MOST_FILES || scope.open().size() > MOST_DEPTH) {
      problems.error(
          entry.at().place(),
          entry.path()
              + ": more than "
              + MOST_FILES
              + " files are included, or more than "
              + MOST_DEPTH
              + " below each other; put some together");
      return;
    }
    Scope inner =
        new Scope(
            entry.folder(),
            new IncludedVariables(project, scope, entry.folder(), entry.envFiles()).lookup(),
            scope.open());
    Mapping read = model.read(entry.paths(), inner);
    if (read != null) {
      Keys.FILE.check(new Fields(read, "", problems));
      tellUnused(read);
      Mapping moved = RelativePaths.between(entry.folder(), scope.folder()).ofDocument(read);
      KINDS.forEach(kind -> add(members, kind, moved));
    }
  }

  private void tellUnused(Mapping read) {
    if (read.members().containsKey("x-holdfast")) {
      problems.warn(
          read.placeOf("x-holdfast"),
          "x-holdfast of an included file is not used; write it into the app's own Compose file");
    }
  }

  private void add(Map<String, Member> members, String kind, Mapping included) {
    if (!(included.get(kind) instanceof Mapping more)) {
      if (included.get(kind) != null) {
        problems.error(included.placeOf(kind), kind + " must be a map of names");
      }
      return;
    }
    Member own = members.get(kind);
    Value before = own == null ? null : own.value();
    Map<String, Member> all =
        new LinkedHashMap<>(before instanceof Mapping map ? map.members() : Map.of());
    more.members()
        .forEach(
            (name, member) -> {
              Member other = all.putIfAbsent(name, member);
              if (other != null && !isSame(other.value(), member.value())) {
                problems.error(other.key(), conflict(kind, name, member));
              }
            });
    if (before == null || before instanceof Mapping || GoScalars.isNull(before)) {
      Place place = own == null ? included.placeOf(kind) : own.key();
      members.put(kind, new Member(place, Mapping.of(place, Value.Action.NONE, all)));
    }
  }

  private static String conflict(String kind, String name, Member other) {
    return kind
        + "."
        + Keys.shown(name)
        + " is declared here and, differently, in an included file ("
        + other.key().file()
        + ":"
        + other.key().line()
        + "); include merges nothing: rename one, or change it in a further Compose file of the"
        + " app";
  }

  /**
   * The same but for where it is written; quotes count only around what reads otherwise without.
   */
  private static boolean isSame(Value one, Value two) {
    return switch (one) {
      case Scalar a ->
          two instanceof Scalar b
              && a.text().equals(b.text())
              && ((a.style() == Style.PLAIN) == (b.style() == Style.PLAIN)
                  || !GoScalars.isTyped(a.text()));
      case Sequence a -> two instanceof Sequence b && isSame(a.items(), b.items());
      case Mapping a -> two instanceof Mapping b && isSame(a, b);
    };
  }

  private static boolean isSame(Mapping one, Mapping two) {
    return one.members().keySet().equals(two.members().keySet())
        && isSame(values(one), values(two));
  }

  /** By key, since the order of keys makes no difference. */
  private static List<Value> values(Mapping map) {
    return new TreeMap<>(map.members()).values().stream().map(Member::value).toList();
  }

  private static boolean isSame(List<Value> one, List<Value> two) {
    boolean same = one.size() == two.size();
    for (int i = 0; same && i < one.size(); i++) {
      same = isSame(one.get(i), two.get(i));
    }
    return same;
  }
}
