package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "",
        "null",
        "\"x\"",
        "{\"a\":[1,2.5,-3,{\"b\":null,\"c\":true,\"d\":false}],\"e\":\"\\u00e4\\n\"}",
        "[[],[[]],{\"a\":{}}]"
      })
  void whatIsReadIsWhatJacksonsMapperReads(String json) throws IOException {
    assertThat(JsonText.read(bytes(json)).toString())
        .isEqualTo(new ObjectMapper().readTree(bytes(json)).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1,", "{\"a\"}", "nonsense", "\"x"})
  void whatIsNoJsonIsAnError(String json) {
    assertThatThrownBy(() -> JsonText.read(bytes(json))).isInstanceOf(IOException.class);
  }

  @Test
  void noAnswerIsTooDeepForTheStack() {
    String deep = "[".repeat(100_000);
    assertThatThrownBy(() -> JsonText.read(bytes(deep))).isInstanceOf(IOException.class);
  }

  @Test
  void whatIsSentReadsBack() throws IOException {
    Map<String, String> fields =
        new TreeMap<>(Map.of("reason", "\"quoted\" \\ and\nmore", "b", ""));
    assertThat(new ObjectMapper().readValue(JsonText.object(fields), Map.class)).isEqualTo(fields);
  }
}
