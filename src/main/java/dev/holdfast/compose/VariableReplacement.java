package dev.holdfast.compose;

import dev.holdfast.compose.Value.Mapping;
import dev.holdfast.compose.Value.Member;
import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Sequence;
import dev.holdfast.compose.Value.Style;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the variables in the values of a file, before files are merged; keys are never touched.
 * Tells each unset variable once.
 */
final class VariableReplacement {
  private static final int MOST_TEXT = 16 << 20;

  private final Interpolator interpolator;
  private final Problems problems;
  private final Set<String> told = new LinkedHashSet<>();
  private final IdentityHashMap<Value, Value> done = new IdentityHashMap<>();
  private long length;

  VariableReplacement(Function<String, @Nullable String> variables, Problems problems) {
    this.interpolator = new Interpolator(variables);
    this.problems = problems;
  }

  /** What aliases share is replaced once, and told of once. */
  Value apply(Value value, String path) {
    Value before = done.get(value);
    if (before != null) {
      return before;
    }
    Value replaced = replace(value, path);
    done.put(value, replaced);
    return replaced;
  }

  private Value replace(Value value, String path) {
    return switch (value) {
      case Scalar scalar -> scalar(scalar, path);
      case Sequence sequence -> sequence(sequence, path);
      case Mapping mapping -> mapping(mapping, path);
    };
  }

  private Value scalar(Scalar scalar, String path) {
    if (scalar.text().indexOf('$') < 0 || length > MOST_TEXT) {
      return scalar;
    }
    Interpolator.Result result = interpolator.interpolate(scalar.text());
    result.errors().forEach(error -> problems.error(scalar.place(), path + ": " + error));
    result.unset().stream()
        .sorted()
        .filter(told::add)
        .forEach(name -> problems.unset(scalar.place(), unset(path, name)));
    length += result.text().length();
    if (length > MOST_TEXT) {
      problems.error(
          scalar.place(),
          path + ": the file grows beyond 16 MiB through its variables; shorten it");
    }
    return new Scalar(scalar.place(), scalar.action(), result.text(), Style.INTERPOLATED);
  }

  private static String unset(String path, String name) {
    return path
        + ": the variable "
        + name
        + " is not set, so it becomes empty; set it in an env-file, or write ${"
        + name
        + ":-} where empty is meant";
  }

  private Value sequence(Sequence sequence, String path) {
    List<Value> items = sequence.items();
    List<Value> replaced =
        IntStream.range(0, items.size())
            .mapToObj(i -> apply(items.get(i), path + "[" + i + "]"))
            .toList();
    return Sequence.of(sequence.place(), sequence.action(), replaced);
  }

  private Value mapping(Mapping mapping, String path) {
    Map<String, Member> replaced = new LinkedHashMap<>();
    mapping
        .members()
        .forEach(
            (key, member) ->
                replaced.put(
                    key,
                    new Member(
                        member.key(),
                        apply(member.value(), path.isEmpty() ? key : path + "." + key))));
    return Mapping.of(mapping.place(), mapping.action(), replaced);
  }
}
