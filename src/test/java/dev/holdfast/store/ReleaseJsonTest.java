package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.model.Digest;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Release;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Releases are drawn at random from the records' own components, so that a new component or case is
 * covered without a line here.
 */
class ReleaseJsonTest {
  private static final int RUNS = 400;
  private final Random random = new Random(20261121);
  private final Set<Class<?>> drawn = new HashSet<>();

  @Test
  void everyReleaseComesBackEqualAndWithItsId() throws Exception {
    JsonMapper mapper = ReleaseJson.mapper();
    for (int run = 0; run < RUNS; run++) {
      Release release = (Release) record(Release.class);
      Release back = mapper.readValue(mapper.writeValueAsBytes(release), Release.class);
      assertThat(back).as("run %d", run).isEqualTo(release);
      assertThat(back.id()).isEqualTo(release.id());
    }
    assertThat(drawn)
        .containsAll(
            ReleaseJson.reachable().stream()
                .filter(type -> type.isRecord() || type.isEnum())
                .toList());
  }

  @Test
  void aCaseIsToldByItsSimpleName() throws Exception {
    Release release = Samples.release("acme/api:1", Samples.bind());
    JsonNode mount =
        ReleaseJson.mapper().valueToTree(release).at("/services/api/spec/container/mounts/0");

    assertThat(mount.path("type").asText()).isEqualTo("Bind");
    assertThat(mount.path("source").path("type").asText()).isEqualTo("InProject");
  }

  @Test
  void anEmptyCommandAndNoCommandStayTwoThings() throws Exception {
    JsonMapper mapper = ReleaseJson.mapper();
    var none = dev.holdfast.model.ContainerSpec.Process.OF_IMAGE;
    var empty = none.withCommand(List.of());

    assertThat(mapper.readValue(mapper.writeValueAsString(empty), none.getClass()).command())
        .isEmpty();
    assertThat(mapper.readValue(mapper.writeValueAsString(none), none.getClass()).command())
        .isNull();
  }

  private Object record(Class<?> type) throws ReflectiveOperationException {
    drawn.add(type);
    if (type == Digest.class) {
      return new Digest("sha256:" + Integer.toHexString(random.nextInt(16)).repeat(64));
    }
    if (type == ImageReference.class) {
      return ImageReference.parse(
          List.of("nginx", "ghcr.io/acme/api:1", "localhost:5000/x@sha256:" + "0".repeat(64))
              .get(random.nextInt(3)));
    }
    if (type == HostPath.Absolute.class) {
      return new HostPath.Absolute("/srv/" + text());
    }
    RecordComponent[] components = type.getRecordComponents();
    Constructor<?> constructor =
        type.getDeclaredConstructor(
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      values[i] = component(components[i].getAnnotatedType(), components[i].getGenericType());
    }
    return constructor.newInstance(values);
  }

  private @Nullable Object component(AnnotatedType annotated, Type type)
      throws ReflectiveOperationException {
    return annotated.isAnnotationPresent(Nullable.class) && random.nextBoolean()
        ? null
        : value(type);
  }

  private Object value(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      return collection(generic);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isSealed()) {
      Class<?>[] cases = plain.getPermittedSubclasses();
      return record(cases[random.nextInt(cases.length)]);
    }
    if (plain.isEnum()) {
      drawn.add(plain);
      return plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
    }
    return plain.isRecord() ? record(plain) : leaf(plain);
  }

  private Object collection(ParameterizedType generic) throws ReflectiveOperationException {
    Type[] arguments = generic.getActualTypeArguments();
    int size = random.nextInt(3);
    if (generic.getRawType() == List.class) {
      List<Object> list = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        list.add(value(arguments[0]));
      }
      return list;
    }
    TreeMap<String, Object> map = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      map.put(text(), value(arguments[1]));
    }
    return map;
  }

  private Object leaf(Class<?> type) {
    return switch (type.getSimpleName()) {
      case "String" -> text();
      case "int", "Integer" -> random.nextInt();
      case "Long", "long" -> random.nextLong();
      case "boolean", "Boolean" -> random.nextBoolean();
      case "Duration" -> Duration.ofSeconds(random.nextInt(100_000), random.nextInt(1_000_000_000));
      default -> throw new IllegalStateException("no values for " + type);
    };
  }

  private String text() {
    return List.of("a", "", "ä → \u0001 \"'\\", "x: {y}", "\n", "😀").get(random.nextInt(6));
  }
}
