package dev.holdfast.compose;

import dev.holdfast.model.DesiredState;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A desired state as text that a person can compare: what is null, false or empty is left out, but
 * an empty command is not.
 */
final class Rendered {
  private final StringBuilder out = new StringBuilder();

  private Rendered() {}

  static String of(DesiredState state) {
    Rendered rendered = new Rendered();
    rendered.fields(state, "");
    return rendered.out.toString();
  }

  private void fields(Record record, String indent) {
    Arrays.stream(record.getClass().getRecordComponents())
        .sorted(Comparator.comparing(RecordComponent::getName))
        .forEach(component -> field(component.getName(), read(record, component), indent));
  }

  private void field(String name, @Nullable Object value, String indent) {
    boolean kept = name.equals("command") || name.equals("entrypoint");
    if (value == null || Objects.equals(value, false) || (!kept && isEmpty(value))) {
      return;
    }
    switch (value) {
      case Map<?, ?> map -> {
        line(indent, name, "");
        map.forEach((key, item) -> field(String.valueOf(key), item, indent + "  "));
      }
      case Collection<?> list when list.stream().anyMatch(Record.class::isInstance) ->
          list.forEach(item -> field(name, item, indent));
      case Record record when isText(record) -> line(indent, name, " " + record);
      case Record record -> {
        line(indent, name, " " + record.getClass().getSimpleName());
        fields(record, indent + "  ");
      }
      default -> line(indent, name, " " + value);
    }
  }

  private static boolean isEmpty(Object value) {
    return (value instanceof Collection<?> list && list.isEmpty())
        || (value instanceof Map<?, ?> map && map.isEmpty())
        || isNothing(value);
  }

  /** A record of which no field would be printed. */
  private static boolean isNothing(Object value) {
    return value instanceof Record record
        && !isText(record)
        && record.getClass().getRecordComponents().length > 0
        && Arrays.stream(record.getClass().getRecordComponents())
            .map(component -> read(record, component))
            .allMatch(field -> field == null || field.equals(false) || isEmpty(field));
  }

  private static boolean isText(Record record) {
    return record instanceof dev.holdfast.model.ImageReference
        || record.getClass().getRecordComponents().length == 0;
  }

  private void line(String indent, String name, String text) {
    out.append(indent).append(name).append(':').append(text.replace("\n", "\\n")).append('\n');
  }

  private static @Nullable Object read(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
