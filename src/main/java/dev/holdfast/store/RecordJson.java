package dev.holdfast.store;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import dev.holdfast.model.DeploymentRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/**
 * How a deployment looks as JSON, on disk and in the API: names in snake case, times in UTC with
 * milliseconds, what is one of a few words in lower case with hyphens ({@code rolled-back}), and
 * every field there, null or not.
 */
public final class RecordJson {
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final JsonMapper MAPPER = newMapper();

  private RecordJson() {}

  /**
   * The object of {@code record.json} and of the API, without what the file adds to recognise
   * damage.
   */
  public static ObjectNode of(DeploymentRecord record) {
    return MAPPER.valueToTree(record);
  }

  /** As the API and the note beside a backup show it. */
  public static ObjectNode of(Saved taken) {
    return MAPPER.valueToTree(taken);
  }

  public static ObjectNode of(Operation operation) {
    return MAPPER.valueToTree(operation);
  }

  /** Shared and not to be configured further. */
  static JsonMapper mapper() {
    return MAPPER;
  }

  private static JsonMapper newMapper() {
    SimpleModule times =
        new SimpleModule("milliseconds").addSerializer(Instant.class, new InstantText());
    JsonSetter.Value emptyForMissing = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
    return JsonMapper.builder()
        .addModules(new JavaTimeModule(), times)
        .annotationIntrospector(new LowerCaseEnums())
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        // A list or map that a later agent of the same format adds is empty in the files of an
        // earlier one.
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .withConfigOverride(List.class, list -> list.setSetterInfo(emptyForMissing))
        .withConfigOverride(SortedMap.class, map -> map.setSetterInfo(emptyForMissing))
        .build();
  }

  private static final class LowerCaseEnums extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public String[] findEnumValues(
        MapperConfig<?> config, AnnotatedClass type, Enum<?>[] constants, String[] names) {
      for (int i = 0; i < constants.length; i++) {
        names[i] = constants[i].name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
      return names;
    }
  }

  private static final class InstantText extends StdSerializer<Instant> {
    private static final long serialVersionUID = 1;

    InstantText() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(MILLISECONDS.format(value));
    }
  }
}
