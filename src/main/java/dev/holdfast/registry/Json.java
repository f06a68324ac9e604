package dev.holdfast.registry;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads JSON that others wrote; depth and length of numbers are bounded by Jackson's own limits,
 * and the number of its pieces by ours: each takes many times the memory of the bytes that it is
 * written in.
 */
final class Json {
  /** Twice the tags that one page may hold. */
  private static final int MOST_PIECES = 2 * Pages.MAX_TAGS;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(MOST_PIECES).build())
                  .build())
          .build();

  private Json() {}

  /**
   * Empty for anything that is not one JSON object. What it was is not said: it may hold a secret.
   */
  static Optional<JsonNode> object(byte[] bytes) {
    try {
      JsonNode node = MAPPER.readTree(bytes);
      return node != null && node.isObject() ? Optional.of(node) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Empty where the field is missing, not a string, or the empty string. */
  static Optional<String> text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    return value.isTextual() && !value.textValue().isEmpty()
        ? Optional.of(value.textValue())
        : Optional.empty();
  }
}
