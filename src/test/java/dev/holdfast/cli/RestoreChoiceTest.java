package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RestoreChoiceTest {
  private static final Instant NOW = Instant.parse("2026-11-20T14:00:00Z");

  private static JsonNode data() {
    String taken =
        "{\"id\":\"%s\",\"name\":\"%s\",\"purpose\":\"%s\",\"release\":\"0a1b2c3d4e5f\","
            + "\"taken_at\":\"2026-11-20T12:00:00Z\",\"older_schema\":%s}";
    String all =
        String.join(
            ",",
            taken.formatted("i4", "db", "before-restore", false),
            taken.formatted("i3", "uploads", "asked", false),
            taken.formatted("i2", "db", "asked", false),
            taken.formatted("i2", "uploads", "asked", false),
            taken.formatted("i1", "db", "deployment", true));
    try {
      return new ObjectMapper().readTree("{\"latest\":\"i2\",\"backups\":[" + all + "]}");
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static String shown(RestoreChoice choice) {
    return String.join(" ", choice.lines(false, false, NOW));
  }

  @Test
  void whatWillBeReplacedIsShownBeforeItIs() {
    assertThat(shown(RestoreChoice.of(data(), "shop", "latest", null)))
        .contains("replaces db, uploads of shop by backup i2", "taken 2h ago", "0a1b2c3d4e5f")
        .contains("is saved first");
    assertThat(RestoreChoice.of(data(), "shop", "latest", "uploads").id()).isEqualTo("i3");
    assertThat(RestoreChoice.of(data(), "shop", "latest", "db").id()).isEqualTo("i2");
    assertThat(shown(RestoreChoice.of(data(), "shop", "i4", null))).contains("by backup i4");
  }

  @Test
  void anOlderSchemaIsSaidAndNotRestoredByTheWay() {
    RestoreChoice older = RestoreChoice.of(data(), "shop", "i1", null);
    assertThatThrownBy(() -> older.lines(false, false, NOW))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("--older-schema");
    assertThat(String.join(" ", older.lines(true, true, NOW)))
        .contains("older than what runs wants", "is lost");
  }

  @Test
  void whatIsNotThereIsNotAskedAbout() {
    for (String[] wish : new String[][] {{"i9", null}, {"i3", "db"}, {"latest", "rows"}}) {
      assertThatThrownBy(() -> RestoreChoice.of(data(), "shop", wish[0], wish[1]))
          .isInstanceOf(CliException.class)
          .hasMessageContaining("holdfast backups shop");
    }
  }
}
