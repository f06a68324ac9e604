package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Values of the engine's API in the one form in which two that mean the same are equal. */
final class Json {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectMapper mapper() {
    return MAPPER;
  }

  /** Empty where the engine said nothing, or null. */
  static String text(JsonNode value) {
    return value.isTextual() ? value.textValue() : "";
  }

  /**
   * Null, false, 0 and -1 where they mean no limit, and what is empty are the engine's ways to say
   * that nothing was said: they are missing.
   */
  static JsonNode normal(JsonNode value) {
    if (value.isNull() || value.isMissingNode()) {
      return MissingNode.getInstance();
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? value : MissingNode.getInstance();
    }
    if (value.isNumber()) {
      return value.longValue() == 0 ? MissingNode.getInstance() : JSON.numberNode(value.asLong());
    }
    if (value.isTextual()) {
      return value.textValue().isEmpty() ? MissingNode.getInstance() : value;
    }
    return value instanceof ObjectNode object ? normal(object) : normal((ArrayNode) value);
  }

  private static JsonNode normal(ObjectNode object) {
    SortedMap<String, JsonNode> members = new TreeMap<>();
    for (var member : object.properties()) {
      JsonNode value = normal(member.getValue());
      if (!value.isMissingNode()) {
        members.put(member.getKey(), value);
      }
    }
    ObjectNode sorted = JSON.objectNode();
    members.forEach(sorted::set);
    return sorted.isEmpty() ? MissingNode.getInstance() : sorted;
  }

  /** The items of a list keep their place, an empty text too. */
  private static JsonNode normal(ArrayNode array) {
    ArrayNode items = JSON.arrayNode();
    for (JsonNode item : array) {
      items.add(item.isContainerNode() ? normal(item) : item);
    }
    return items.isEmpty() ? MissingNode.getInstance() : items;
  }

  /** A list of which the order means nothing. */
  static Set<String> unordered(JsonNode array) {
    Set<String> items = new TreeSet<>();
    array.forEach(item -> items.add(item.isTextual() ? item.asText() : normal(item).toString()));
    return items;
  }

  static List<String> texts(JsonNode array) {
    List<String> items = new ArrayList<>();
    array.forEach(item -> items.add(item.asText()));
    return items;
  }

  static SortedMap<String, String> textMap(JsonNode object) {
    SortedMap<String, String> members = new TreeMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue().asText()));
    return members;
  }

  /** In the engine's order; what is no object has none. */
  static Map<String, JsonNode> members(JsonNode object) {
    Map<String, JsonNode> members = new LinkedHashMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
    return members;
  }

  static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
