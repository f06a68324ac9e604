package dev.holdfast.config;

import dev.holdfast.config.Surroundings.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * One map of agent.yaml, read key by key. A value that is wrong is noted with its place and counts
 * as not given, so that all problems come out at once. What was asked for is what is known: {@link
 * #done()} notes every other key.
 */
final class Section {
  private final Notes notes;
  private final Node place;
  private final String path;
  private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
  private final Set<String> known = new TreeSet<>();

  private Section(Notes notes, Node place, String path) {
    this.notes = notes;
    this.place = place;
    this.path = path;
  }

  /** A map; a null one is empty, and anything else is noted. */
  static Section of(Notes notes, Node node, String path) {
    Section section = new Section(notes, node, path);
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(section::add);
    } else if (!isNull(node)) {
      notes.add(node, label(path) + "must be a map of keys and values");
    }
    return section;
  }

  private void add(NodeTuple entry) {
    if (!(entry.getKeyNode() instanceof ScalarNode key)) {
      notes.add(entry.getKeyNode(), label(path) + "a key must be plain text");
    } else if (entries.putIfAbsent(key.getValue(), entry) != null) {
      notes.add(key, name(Notes.shown(key.getValue())) + ": stands here twice; remove one");
    }
  }

  private static String label(String path) {
    return path.isEmpty() ? "" : path + ": ";
  }

  String name(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  boolean has(String key) {
    known.add(key);
    NodeTuple entry = entries.get(key);
    return entry != null && !isNull(entry.getValueNode());
  }

  void problem(String message) {
    notes.add(place, label(path) + message);
  }

  void problem(String key, String message) {
    NodeTuple entry = entries.get(key);
    notes.add(entry == null ? place : entry.getValueNode(), name(key) + ": " + message);
  }

  /** A required key that is missing is noted at the map. */
  void require(String key, String why) {
    if (!entries.containsKey(key)) {
      problem("'" + key + "' is missing; " + why);
    }
  }

  private @Nullable Node value(String key) {
    known.add(key);
    NodeTuple entry = entries.get(key);
    return entry == null ? null : entry.getValueNode();
  }

  Optional<String> text(String key) {
    return parse(key, text -> text);
  }

  /**
   * A text made into a value; where the parser throws, its message reads on from the value and is
   * noted.
   */
  <T> Optional<T> parse(String key, Function<String, T> parser) {
    Node node = value(key);
    return node == null ? Optional.empty() : parse(name(key), node, parser);
  }

  private <T> Optional<T> parse(String name, Node node, Function<String, T> parser) {
    if (!(node instanceof ScalarNode scalar)) {
      notes.add(
          node,
          name
              + ": must be a single value, not a "
              + (node instanceof SequenceNode ? "list" : "map"));
      return Optional.empty();
    }
    if (isNull(scalar)) {
      notes.add(node, name + ": has no value; give it one, or remove the key");
      return Optional.empty();
    }
    return interpolated(name, scalar).flatMap(text -> parsed(name, scalar, text, parser));
  }

  private Optional<String> interpolated(String name, ScalarNode scalar) {
    try {
      return Optional.of(Interpolation.apply(scalar.getValue(), notes.environment()));
    } catch (IllegalArgumentException e) {
      notes.add(scalar, name + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private <T> Optional<T> parsed(
      String name, ScalarNode scalar, String text, Function<String, T> parser) {
    if (text.isBlank()) {
      notes.add(scalar, name + ": is empty; give it a value, or remove the key");
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text));
    } catch (IllegalArgumentException e) {
      // What came out of a variable may be a secret.
      String shown =
          text.equals(scalar.getValue())
              ? "'" + Notes.shown(text) + "'"
              : "the value of the variable";
      notes.add(scalar, name + ": " + shown + " " + e.getMessage());
      return Optional.empty();
    }
  }

  boolean flag(String key) {
    return parse(key, Values::flag).orElse(false);
  }

  /** The parsed items; empty where the key is missing. */
  <T> List<T> list(String key, Function<String, T> parser) {
    List<T> items = new ArrayList<>();
    nodes(key).forEach(node -> parse(name(key), node, parser).ifPresent(items::add));
    return items;
  }

  private List<Node> nodes(String key) {
    Node node = value(key);
    if (node == null || isNull(node)) {
      return List.of();
    }
    if (node instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    notes.add(node, name(key) + ": must be a list, as in [a, b]");
    return List.of();
  }

  List<Section> sections(String key) {
    List<Section> sections = new ArrayList<>();
    for (Node node : nodes(key)) {
      sections.add(of(notes, node, name(key) + "[" + sections.size() + "]"));
    }
    return sections;
  }

  /** A map below a key; an empty one where the key is missing. */
  Section section(String key) {
    Node node = value(key);
    return node == null ? new Section(notes, place, name(key)) : of(notes, node, name(key));
  }

  /** Each entry of a map whose keys are names. */
  void each(BiConsumer<String, Section> reader) {
    entries.forEach(
        (key, entry) -> {
          known.add(key);
          reader.accept(key, of(notes, entry.getValueNode(), name(Notes.shown(key))));
        });
  }

  boolean isMap(String key) {
    return value(key) instanceof MappingNode;
  }

  /** The keys of a map whose keys are names. */
  Set<String> names() {
    return Set.copyOf(entries.keySet());
  }

  /** A list that is there and holds nothing. */
  boolean isEmptyList(String key) {
    return value(key) instanceof SequenceNode sequence && sequence.getValue().isEmpty();
  }

  /** A key of {@link #each} as a value; where the parser throws, that is noted at the key. */
  <T> Optional<T> key(String key, Function<String, T> parser) {
    try {
      return Optional.of(parser.apply(key));
    } catch (IllegalArgumentException e) {
      NodeTuple entry = entries.get(key);
      notes.add(
          entry == null ? place : entry.getKeyNode(),
          label(path) + "'" + Notes.shown(key) + "' " + e.getMessage());
      return Optional.empty();
    }
  }

  /** A file that is there and has the rights it should have. */
  Optional<Path> file(String key, Kind kind) {
    return parse(key, text -> usable(Values.absolutePath(text), kind));
  }

  List<Path> files(String key, Kind kind) {
    return list(key, text -> usable(Values.absolutePath(text), kind));
  }

  Optional<Secret> secret(String key) {
    return file(key, Kind.SECRET).map(Secret::ofFile);
  }

  private Path usable(Path file, Kind kind) {
    notes
        .surroundings()
        .files()
        .problem(file, kind)
        .ifPresent(
            problem -> {
              throw new IllegalArgumentException(problem);
            });
    return file;
  }

  Notes notes() {
    return notes;
  }

  /** Notes the keys that nobody asked for. */
  void done() {
    entries.forEach(
        (key, entry) -> {
          if (!known.contains(key)) {
            notes.add(
                entry.getKeyNode(),
                label(path) + "unknown key '" + Notes.shown(key) + "'" + Closest.hint(key, known));
          }
        });
  }

  private static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }
}
