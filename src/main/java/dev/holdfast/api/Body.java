package dev.holdfast.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The small JSON object that a request to do something may carry: at most one field, a text. */
final class Body {
  private static final int LONGEST = 1000;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Body() {}

  /** The text of {@code field}; null where there is no body, no such field, or it is null. */
  static @Nullable String text(byte @Nullable [] body, String field) {
    if (body == null || body.length == 0) {
      return null;
    }
    JsonNode object = parse(body);
    if (!object.isObject()) {
      throw new ProblemException(
          400, "the body must be a JSON object, such as {\"" + field + "\": \"...\"}");
    }
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!name.equals(field)) {
                throw new ProblemException(400, "the body may have the field `" + field + "` only");
              }
            });
    return text(object.get(field), field);
  }

  private static @Nullable String text(@Nullable JsonNode value, String field) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.textValue().length() > LONGEST) {
      throw new ProblemException(
          400, "`" + field + "` must be a text of at most " + LONGEST + " characters");
    }
    return value.textValue();
  }

  private static JsonNode parse(byte[] body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      // Only the place is said: the parser's text quotes the body.
      String place =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw new ProblemException(400, "the body is not JSON" + place);
    } catch (IOException e) {
      throw new ProblemException(400, "the body could not be read");
    }
  }
}
