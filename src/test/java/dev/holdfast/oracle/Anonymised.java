package dev.holdfast.oracle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** Replaces what is another text each time, such as ids and folders, by what it stands for. */
final class Anonymised {
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Map<String, String> words = new LinkedHashMap<>();

  Anonymised with(String text, String meaning) {
    words.put(text, meaning);
    return this;
  }

  JsonNode in(JsonNode json) {
    String text = json.toString();
    for (Map.Entry<String, String> word : words.entrySet()) {
      text = text.replace(word.getKey(), word.getValue());
    }
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
