package dev.holdfast.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A schema of the API's description, as far as it is used there. A word that is not known here is
 * an error, so that none is passed over.
 */
final class Schema {
  private static final Set<String> KNOWN =
      Set.of(
          "$ref",
          "type",
          "required",
          "properties",
          "items",
          "enum",
          "additionalProperties",
          "description",
          "format",
          "pattern",
          "minimum",
          "maximum",
          "default",
          "maxLength");
  private final JsonNode document;

  Schema(JsonNode document) {
    this.document = document;
  }

  /** What of the value is otherwise than the schema says. */
  List<String> differences(JsonNode schema, JsonNode value) {
    List<String> found = new ArrayList<>();
    check("$", schema, value, found);
    return found;
  }

  private void check(String at, JsonNode given, JsonNode value, List<String> found) {
    JsonNode schema =
        given.has("$ref") ? document.at(given.path("$ref").asText().substring(1)) : given;
    schema.fieldNames().forEachRemaining(word -> known(at, word, found));
    Set<String> types = texts(schema.path("type"));
    if (!types.isEmpty() && !types.contains(type(value))) {
      found.add(at + " is " + type(value) + " and not " + types);
    }
    if (schema.has("enum") && value.isTextual()) {
      if (!texts(schema.path("enum")).contains(value.asText())) {
        found.add(at + " is " + value);
      }
    }
    if (value.isObject()) {
      object(at, schema, value, found);
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      check(at + "[" + i + "]", schema.path("items"), value.get(i), found);
    }
  }

  private static void known(String at, String word, List<String> found) {
    if (!KNOWN.contains(word)) {
      found.add(at + ": the word " + word + " is not known to this check");
    }
  }

  private void object(String at, JsonNode schema, JsonNode value, List<String> found) {
    texts(schema.path("required")).stream()
        .filter(name -> !value.has(name))
        .forEach(name -> found.add(at + " lacks " + name));
    JsonNode others = schema.path("additionalProperties");
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      String place = at + "." + field.getKey();
      JsonNode own = schema.path("properties").path(field.getKey());
      if (own.isObject()) {
        check(place, own, field.getValue(), found);
      } else if (others.isObject()) {
        check(place, others, field.getValue(), found);
      } else if (others.isBoolean()) {
        found.add(place + " is not described");
      }
    }
  }

  private static String type(JsonNode value) {
    return switch (value.getNodeType()) {
      case NULL -> "null";
      case STRING -> "string";
      case BOOLEAN -> "boolean";
      case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
      case ARRAY -> "array";
      default -> "object";
    };
  }

  private static Set<String> texts(JsonNode node) {
    Set<String> texts = new TreeSet<>();
    if (node.isTextual()) {
      texts.add(node.asText());
    }
    node.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
