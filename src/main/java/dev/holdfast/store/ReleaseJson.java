package dev.holdfast.store;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.model.Release;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A release as JSON and back, to the same id. The cases of a sealed interface are told apart by
 * {@code "type"}, their simple name. They are found by walking the record components from {@link
 * Release} on, so that the model stays free of Jackson and a new case needs no line here.
 */
final class ReleaseJson {
  private static final JsonMapper MAPPER = newMapper();

  private ReleaseJson() {}

  static JsonMapper mapper() {
    return MAPPER;
  }

  /** Every class that a release can be made of; what the round trip is tested with. */
  static Set<Class<?>> reachable() {
    Set<Class<?>> found = new LinkedHashSet<>();
    collect(Release.class, found);
    return found;
  }

  private static JsonMapper newMapper() {
    JsonMapper.Builder builder =
        JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS);
    reachable().stream().filter(Class::isSealed).forEach(type -> tellApart(builder, type));
    return builder.build();
  }

  private static void tellApart(JsonMapper.Builder builder, Class<?> type) {
    builder.addMixIn(type, ByName.class);
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      builder.registerSubtypes(new NamedType(permitted, permitted.getSimpleName()));
    }
  }

  private static void collect(Type type, Set<Class<?>> found) {
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        collect(argument, found);
      }
    } else if (type instanceof Class<?> plain
        && plain.getPackage() == Release.class.getPackage()
        && found.add(plain)) {
      collectParts(plain, found);
    }
  }

  private static void collectParts(Class<?> type, Set<Class<?>> found) {
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, found);
      }
    }
    if (type.isRecord()) {
      for (RecordComponent component : type.getRecordComponents()) {
        collect(component.getGenericType(), found);
      }
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
  private interface ByName {}
}
