package dev.holdfast.compose;

import dev.holdfast.compose.Value.Action;
import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Member;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import dev.holdfast.compose.Value.Style;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads one YAML document the way compose does: YAML 1.2, and beyond it merge keys ({@code <<},
 * local keys win, of several maps the earlier wins), Compose's {@code !reset} and {@code
 * !override}; a doubled key is an error, a byte order mark is not.
 *
 * <p>Built from the parser's events, so that every value keeps its place and an alias shares what
 * it stands for. Each value carries its weight, so that a file of nested aliases is refused when it
 * is read and not when it is expanded.
 */
final class YamlReader {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_WEIGHT = 100_000;
  private static final int MAX_VALUES = 40_000;
  private static final int MAX_LINES = 100_000;
  private static final String CORE = "tag:yaml.org,2002:";

  private final String file;
  private final Iterator<Event> events;
  private final Map<Anchor, Value> anchors = new HashMap<>();
  private int values;
  private int copied;

  private YamlReader(String file, Iterator<Event> events) {
    this.file = file;
    this.events = events;
  }

  /** The document; null where the file is empty or cannot be read, the latter with a problem. */
  static @Nullable Value read(String file, byte[] bytes, Problems problems) {
    String text = Utf8.text(file, bytes, problems);
    return text == null ? null : read(file, text, problems);
  }

  static @Nullable Value read(String file, String text, Problems problems) {
    if (text.chars().filter(c -> c == '\n').count() > MAX_LINES) {
      problems.error(
          Place.whole(file), "has more than " + MAX_LINES + " lines; split it or shorten it");
      return null;
    }
    try {
      return new YamlReader(file, events(file, text)).document();
    } catch (Refused e) {
      problems.error(e.place, e.reason);
    } catch (MarkedYamlEngineException e) {
      problems.error(
          place(file, e.getProblemMark()), "is not YAML: " + e.getProblem() + "; correct the file");
    } catch (ReaderException e) {
      problems.error(
          Place.whole(file),
          "is not YAML: it holds a character that YAML does not allow (U+%04X); remove it"
              .formatted(e.getCodePoint()));
    } catch (YamlEngineException e) {
      problems.error(Place.whole(file), "is not YAML that can be read; correct the file");
    }
    return null;
  }

  static Iterator<Event> events(String file, String text) {
    // With the default buffer a token is copied again with each kilobyte of it: 2 GB for 1 MB.
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file)
            .setCodePointLimit(Utf8.MAX_BYTES + 1)
            .setBufferSize(text.length() + 1)
            .build();
    return new Parse(settings).parseString(text).iterator();
  }

  private @Nullable Value document() throws Refused {
    Value found = null;
    while (events.hasNext()) {
      Event event = events.next();
      if (event instanceof NodeEvent) {
        found = value(event, 0);
      } else if (event instanceof DocumentStartEvent && found != null) {
        throw new Refused(
            place(event),
            "holds several YAML documents, and only one is read; remove the '---' or split the file");
      }
    }
    return found;
  }

  private Value value(Event event, int depth) throws Refused {
    if (depth > MAX_DEPTH) {
      throw new Refused(place(event), "is nested deeper than " + MAX_DEPTH + " levels; flatten it");
    }
    if (++values > MAX_VALUES) {
      throw new Refused(
          place(event), "holds more than " + MAX_VALUES + " values; split it or shorten it");
    }
    if (event instanceof AliasEvent alias) {
      return aliased(alias);
    }
    Value value = fresh(event, depth);
    if (value.weight() > MAX_WEIGHT) {
      throw new Refused(
          place(event),
          "grows to more than " + MAX_WEIGHT + " values through its aliases; use fewer");
    }
    ((NodeEvent) event).getAnchor().ifPresent(anchor -> anchors.put(anchor, value));
    return value;
  }

  private Value fresh(Event event, int depth) throws Refused {
    if (event instanceof ScalarEvent scalar) {
      return scalar(scalar);
    }
    return event instanceof SequenceStartEvent start
        ? sequence(start, depth)
        : mapping((CollectionStartEvent) event, depth);
  }

  /** The name is not shown: an unquoted password that starts with a star looks like an alias. */
  private Value aliased(AliasEvent alias) throws Refused {
    Value value = anchors.get(alias.getAlias());
    if (value == null) {
      throw new Refused(
          place(alias),
          "an alias ('*…') has no anchor above it, or stands inside its own; define the anchor"
              + " first, or quote the text if no alias is meant");
    }
    return value;
  }

  private Value scalar(ScalarEvent event) throws Refused {
    String tag = event.getTag().orElse("");
    boolean plain = event.isPlain() && !tag.equals(CORE + "str");
    return new Scalar(
        place(event), action(tag, event), event.getValue(), plain ? Style.PLAIN : Style.QUOTED);
  }

  private Value sequence(SequenceStartEvent start, int depth) throws Refused {
    List<Value> items = new ArrayList<>();
    for (Event event = events.next(); !(event instanceof SequenceEndEvent); event = events.next()) {
      items.add(value(event, depth + 1));
    }
    return Sequence.of(place(start), action(start.getTag().orElse(""), start), items);
  }

  private Value mapping(CollectionStartEvent start, int depth) throws Refused {
    Map<String, Member> members = new LinkedHashMap<>();
    Value merged = null;
    for (Event event = events.next(); !(event instanceof MappingEndEvent); event = events.next()) {
      Scalar key = key(value(event, depth + 1), event);
      Value value = value(events.next(), depth + 1);
      boolean merge = key.style() == Style.PLAIN && key.text().equals("<<");
      if (merge ? merged != null : members.containsKey(key.text())) {
        throw new Refused(key.place(), "the key " + key.shown() + " stands here twice; remove one");
      }
      if (merge) {
        merged = value;
      } else {
        members.put(key.text(), new Member(key.place(), value));
      }
    }
    if (merged != null) {
      merge(members, merged);
    }
    return Mapping.of(place(start), action(start.getTag().orElse(""), start), members);
  }

  private Scalar key(Value key, Event event) throws Refused {
    if (key instanceof Scalar scalar) {
      return scalar;
    }
    throw new Refused(
        place(event),
        "a key must be text, not a list or a map; quote it if braces were meant as text");
  }

  private void merge(Map<String, Member> members, Value merged) throws Refused {
    List<Value> sources = merged instanceof Sequence sequence ? sequence.items() : List.of(merged);
    for (Value source : sources) {
      if (!(source instanceof Mapping mapping)) {
        throw new Refused(
            source.place(), "'<<' takes a map or a list of maps; use an alias of a map");
      }
      copied += mapping.members().size();
      if (copied > MAX_WEIGHT) {
        throw new Refused(
            source.place(), "grows to more than " + MAX_WEIGHT + " values through '<<'; use fewer");
      }
      mapping.members().forEach(members::putIfAbsent);
    }
  }

  private Action action(String tag, Event event) throws Refused {
    if (tag.equals("!reset")) {
      return Action.RESET;
    }
    if (tag.equals("!override")) {
      return Action.OVERRIDE;
    }
    if (tag.isEmpty() || tag.equals("!") || tag.startsWith(CORE)) {
      return Action.NONE;
    }
    throw new Refused(
        place(event),
        "a YAML tag stands here that is not known; only !reset and !override are: remove it");
  }

  private Place place(Event event) {
    return place(file, event.getStartMark());
  }

  private static Place place(String file, Optional<Mark> mark) {
    return mark.map(at -> new Place(file, at.getLine() + 1, at.getColumn() + 1))
        .orElse(Place.whole(file));
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Place place;
    private final String reason;

    Refused(Place place, String reason) {
      super(reason, null, false, false);
      this.place = place;
      this.reason = reason;
    }
  }
}
