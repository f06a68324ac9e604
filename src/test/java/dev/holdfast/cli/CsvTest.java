package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.junit.jupiter.api.Test;

class CsvTest {
  private static String line(String app, String cause, String reason) {
    ArrayNode records = JsonNodeFactory.instance.arrayNode();
    records
        .addObject()
        .put("app", app)
        .put("cause", cause)
        .putObject("failure")
        .put("reason", reason);
    return Csv.of(records).get(1);
  }

  @Test
  void commasAndQuotesStayInTheirCell() {
    assertThat(line("shop", "a, b", "it said \"no\""))
        .isEqualTo(",,,,shop,,,,,,,\"a, b\",,,\"it said \"\"no\"\"\"");
  }

  @Test
  void whatAReleaseIsCalledIsNoFormula() {
    assertThat(line("=1+1", "@x", "-cmd")).isEqualTo(",,,,'=1+1,,,,,,,'@x,,,'-cmd");
  }

  @Test
  void aReasonOfSeveralLinesIsOne() {
    assertThat(line("shop", "", "one\ntwo\r\u001b[2J")).isEqualTo(",,,,shop,,,,,,,,,,one two[2J");
  }
}
