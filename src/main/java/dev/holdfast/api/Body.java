package dev.holdfast.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.holdfast.api.Actions.Action;
import dev.holdfast.api.Actions.Said;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The small JSON object that a request to do something may carry: few fields, none of which it
 * must.
 */
final class Body {
  private static final String RELEASE = "release";
  private static final String NOW = "now";
  private static final int LONGEST = 1000;
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Body() {}

  /** What it says to the action; a field that this action does not take is refused. */
  static Said said(byte @Nullable [] body, Action action) {
    // What takes nothing reads nothing, as clients send empty objects of all kinds.
    List<String> fields = fields(action);
    if (body == null || body.length == 0 || fields.isEmpty()) {
      return Said.NOTHING;
    }
    JsonNode object = parse(body);
    if (!object.isObject()) {
      throw new ProblemException(
          400, "the body must be a JSON object, such as {\"" + fields.getFirst() + "\": \"...\"}");
    }
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!fields.contains(name)) {
                throw new ProblemException(
                    400,
                    fields.size() == 1
                        ? "the body may have the field `" + fields.getFirst() + "` only"
                        : "the body may have the fields `"
                            + String.join("`, `", fields)
                            + "` only");
              }
            });
    String says = action.says();
    return new Said(
        says == null ? null : text(object.get(says), says),
        text(object.get(RELEASE), RELEASE),
        flag(object.get(NOW)));
  }

  private static List<String> fields(Action action) {
    List<String> fields = new ArrayList<>();
    if (action.says() != null) {
      fields.add(action.says());
    }
    if (action.isAnswer()) {
      fields.add(RELEASE);
    }
    if (action == Action.SYNC) {
      fields.add(NOW);
    }
    return fields;
  }

  private static boolean flag(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw new ProblemException(400, "`" + NOW + "` must be true or false");
    }
    return value.booleanValue();
  }

  /** The texts of these fields, as far as they are there. */
  static Map<String, String> texts(byte @Nullable [] body, Set<String> fields) {
    Map<String, String> texts = new TreeMap<>();
    if (body == null || body.length == 0) {
      return texts;
    }
    JsonNode object = parse(body);
    if (!object.isObject()) {
      throw new ProblemException(400, "the body must be a JSON object");
    }
    object
        .properties()
        .forEach(
            field -> {
              if (!fields.contains(field.getKey())) {
                throw new ProblemException(
                    400, "the body may have the fields " + new TreeSet<>(fields) + " only");
              }
              String text = text(field.getValue(), field.getKey());
              if (text != null) {
                texts.put(field.getKey(), text);
              }
            });
    return texts;
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
