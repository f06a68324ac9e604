package dev.holdfast.compose;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Where in a text each key and value of its one document stands, so that a value can be changed and
 * all else left as it is.
 */
final class YamlSpans {
  private final String text;
  private final Iterator<Event> events;

  private YamlSpans(String text) {
    this.text = text;
    this.events = YamlReader.events("", text);
  }

  /** A value from {@code start} to before {@code end}, both indexes of characters. */
  sealed interface Span {
    int start();

    /** Where the last thing in it ends; blanks and comments that follow are not in it. */
    int end();
  }

  record Text(int start, int end, int column, String value, ScalarStyle style, boolean bare)
      implements Span {}

  record Entry(Text key, Span value) {}

  record Map(int start, int end, boolean flow, List<Entry> entries) implements Span {
    Optional<Entry> find(String key) {
      return entries.stream().filter(entry -> entry.key().value().equals(key)).findFirst();
    }
  }

  /** A list or an alias: nothing that is edited. */
  record Other(int start, int end) implements Span {}

  /** The document of a text that {@link YamlReader} can read; null where it has none. */
  static @Nullable Span of(String text) {
    YamlSpans spans = new YamlSpans(text);
    while (spans.events.hasNext()) {
      Event event = spans.events.next();
      if (event instanceof NodeEvent) {
        return spans.span(event);
      }
    }
    return null;
  }

  private Span span(Event event) {
    if (event instanceof ScalarEvent scalar) {
      return text(scalar);
    }
    if (event instanceof MappingStartEvent start) {
      return map(start);
    }
    if (event instanceof AliasEvent) {
      return new Other(index(event.getStartMark()), index(event.getEndMark()));
    }
    return list((CollectionStartEvent) event);
  }

  private Text text(ScalarEvent scalar) {
    boolean bare = scalar.getAnchor().isEmpty() && scalar.getTag().isEmpty();
    int column = scalar.getStartMark().map(Mark::getColumn).orElse(0);
    return new Text(
        index(scalar.getStartMark()),
        index(scalar.getEndMark()),
        column,
        scalar.getValue(),
        scalar.getScalarStyle(),
        bare);
  }

  private Map map(MappingStartEvent start) {
    List<Entry> entries = new ArrayList<>();
    Event event = events.next();
    for (; !(event instanceof MappingEndEvent); event = events.next()) {
      Span key = span(event);
      Span value = span(events.next());
      if (key instanceof Text name) {
        entries.add(new Entry(name, value));
      }
    }
    int end =
        start.isFlow() || entries.isEmpty()
            ? index(event.getEndMark())
            : entries.getLast().value().end();
    return new Map(index(start.getStartMark()), end, start.isFlow(), entries);
  }

  private Other list(CollectionStartEvent start) {
    int end = index(start.getEndMark());
    Event event = events.next();
    for (; !(event instanceof SequenceEndEvent); event = events.next()) {
      end = span(event).end();
    }
    return new Other(index(start.getStartMark()), start.isFlow() ? index(event.getEndMark()) : end);
  }

  /** Marks count code points. */
  private int index(Optional<Mark> mark) {
    return text.offsetByCodePoints(0, mark.map(Mark::getIndex).orElse(0));
  }
}
