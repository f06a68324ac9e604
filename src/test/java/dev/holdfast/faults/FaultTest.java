package dev.holdfast.faults;

import dev.holdfast.rig.Staged;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A test that is about a fault: it says so by {@link Staged}, or its name begins with the number of
 * a reported failure.
 */
record FaultTest(String type, String method, List<Integer> numbers, @Nullable Staged staged) {
  private static final Pattern NUMBERS = Pattern.compile("^((?:F\\d+_)+)");
  private static final Pattern NUMBER = Pattern.compile("F(\\d+)_");

  /** All of them below a folder of compiled tests, in a stable order. */
  static List<FaultTest> in(Path classes) {
    List<FaultTest> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(classes)) {
      files
          .map(file -> classes.relativize(file).toString())
          .filter(name -> name.endsWith(".class") && !name.contains("package-info"))
          .map(name -> name.substring(0, name.length() - ".class".length()).replace('/', '.'))
          .forEach(name -> Arrays.stream(methods(name)).forEach(m -> add(found, m)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    found.sort(Comparator.comparing(FaultTest::type).thenComparing(FaultTest::method));
    return found;
  }

  private static Method[] methods(String type) {
    try {
      return Class.forName(type, false, FaultTest.class.getClassLoader()).getDeclaredMethods();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void add(List<FaultTest> found, Method method) {
    Staged staged = method.getAnnotation(Staged.class);
    List<Integer> numbers = numbers(method.getName());
    if (!method.isSynthetic() && (staged != null || !numbers.isEmpty())) {
      found.add(
          new FaultTest(
              method.getDeclaringClass().getSimpleName(), method.getName(), numbers, staged));
    }
  }

  private static List<Integer> numbers(String method) {
    Matcher prefix = NUMBERS.matcher(method);
    return prefix.find()
        ? NUMBER.matcher(prefix.group(1)).results().map(r -> Integer.parseInt(r.group(1))).toList()
        : List.of();
  }

  /** Whether it needs the real parts. */
  boolean isOnRealParts() {
    return type.endsWith("IT");
  }

  /** {@code F38_aPortIsTaken}: "a port is taken". */
  String promise() {
    return NUMBERS
        .matcher(method)
        .replaceFirst("")
        // A word of one capital as well: "inAWholeOne", "underAMigration".
        .replaceAll("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ")
        .toLowerCase(java.util.Locale.ROOT);
  }
}
