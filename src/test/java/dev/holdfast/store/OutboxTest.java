package dev.holdfast.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What waits to be told, over crashes and damage. */
@Timeout(120)
class OutboxTest {
  private static final String ID = "0123456789abcdef01234567";
  private static final JsonMapper MAPPER = new JsonMapper();
  @TempDir private Path state;
  private final List<String> warnings = new ArrayList<>();

  static ObjectNode message(int number) {
    return JsonNodeFactory.instance.objectNode().put("number", number).put("same", "" + number);
  }

  private Outbox outbox() {
    return new Outbox(state, warnings::add);
  }

  private Map<String, JsonNode> all() {
    Map<String, JsonNode> all = new java.util.TreeMap<>();
    outbox().all(MAPPER, Map.class).forEach((id, map) -> all.put(id, MAPPER.valueToTree(map)));
    return all;
  }

  @Test
  void whatIsPutIsThereUntilItIsRemoved() throws IOException {
    outbox().put(ID, message(1));
    outbox().put(ID, message(2));
    assertThat(all()).containsOnlyKeys(ID);
    assertThat(all().get(ID)).isEqualTo(message(2));
    Path file = state.resolve("notifications/outbox/" + ID + ".json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .as("nobody else's to read")
        .isEqualTo("rw-------");
    outbox().remove(ID);
    outbox().remove(ID);
    assertThat(all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "../x", "0123", "0123456789abcdef0123456g", "0123456789ABCDEF01234567"})
  void noIdLeadsElsewhere(String id) {
    assertThatThrownBy(() -> outbox().put(id, message(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(state).isEmptyDirectory();
  }

  /** A process that is killed while it writes and removes: what is found is whole. */
  @RepeatedTest(3)
  void F110_aKillLeavesOldOrNew() throws Exception {
    Process process = StoreProcess.start("", "outbox", state);
    try (BufferedReader lines = process.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("writing");
      Thread.sleep(50 + (long) (Math.random() * 200));
      process.destroyForcibly();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
    Map<String, JsonNode> found = all();
    assertThat(found.values())
        .allSatisfy(
            found1 ->
                assertThat(found1.path("same").asText()).isEqualTo(found1.path("number").asText()));
    assertThat(warnings).as("nothing was torn").isEmpty();
    Map<?, ?> told = outbox().told(MAPPER, Map.class).orElseThrow();
    int last = (int) told.get("number");
    assertThat(found).as("what was told to be there is there").containsKey(id(last));
    assertThat(state.resolve("notifications/outbox").toFile().list())
        .allMatch(name -> name.endsWith(".json") && !name.startsWith("."));
  }

  static String id(int number) {
    return "%024x".formatted(number);
  }

  /** Puts message after message, says so in the other file, and removes what is older. */
  static void writeUntilKilled(Path state) {
    Outbox outbox = new Outbox(state, System.out::println);
    for (int i = 1; ; i++) {
      outbox.put(id(i), message(i));
      outbox.writeTold(message(i));
      if (i == 1) {
        System.out.println("writing");
      }
      outbox.remove(id(i - 1));
    }
  }
}
