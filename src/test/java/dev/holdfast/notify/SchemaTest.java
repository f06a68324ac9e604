package dev.holdfast.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.DeploymentRecord.Failure;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.notify.Episodes.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/notification.schema.json is what receivers are promised: every message keeps to it. */
class SchemaTest {
  private static final Composer COMPOSER = new Composer("vps-1", "production", text -> text);
  private static final String LONG = "x\r\n\u0007 ü".repeat(5_000);

  private static JsonNode schema() throws IOException {
    return Json.MAPPER.readTree(Files.readString(Path.of("docs/notification.schema.json")));
  }

  static Stream<Message> messages() {
    Stream<Message> deployments =
        Stream.of(Status.values())
            .map(status -> COMPOSER.of("hook", Rig.subject(), Rig.record(1, status), Rig.NOON));
    List<String> tail = java.util.Collections.nCopies(500, LONG);
    return Stream.concat(
        deployments,
        Stream.of(
            COMPOSER.asking("hook", Rig.subject(), Rig.record(3, Status.IN_PROGRESS), Rig.NOON),
            COMPOSER.of(
                "hook",
                new Happening.Subject("shop", Set.of(), ""),
                Rig.record(2, Status.ROLLED_BACK, LONG, new Failure("probe", null, LONG, tail)),
                Rig.NOON),
            COMPOSER.of(
                "hook",
                "shop",
                new Change("source", true, Rig.NOON, LONG, Set.of()),
                Rig.NOON.plusSeconds(90)),
            COMPOSER.of(
                "hook",
                "shop",
                new Change("engine", false, Rig.NOON, "", Set.of()),
                Rig.NOON.plusSeconds(90))));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void everyMessageKeepsToTheSchema(Message message) throws IOException {
    JsonNode payload = Json.read(Json.text(WebhookChannel.payload(message)));
    assertThat(problems(schema(), payload, "")).isEmpty();
    assertThat(Json.text(payload).length()).isLessThan(32 << 10);
  }

  @ParameterizedTest
  @MethodSource("messages")
  void theOutboxGivesBackWhatWasPutIn(Message message) throws IOException {
    assertThat(Json.MAPPER.treeToValue(Json.tree(message), Message.class)).isEqualTo(message);
  }

  @Test
  void whatDoesNotKeepToItIsSeen() throws IOException {
    JsonNode payload =
        Json.read(Json.text(WebhookChannel.payload(messages().findFirst().orElseThrow())));
    var broken = (com.fasterxml.jackson.databind.node.ObjectNode) payload;
    broken.put("more", 1).put("event", "nothing").put("title", "x".repeat(201)).remove("server");
    broken.withObject("/deployment").put("id", 7).put("release", "zz");
    assertThat(problems(schema(), broken, ""))
        .hasSize(6)
        .anyMatch(problem -> problem.startsWith("/more"));
  }

  /** As much of JSON Schema as the file uses. */
  private static List<String> problems(JsonNode schema, JsonNode value, String path) {
    List<String> problems = new ArrayList<>();
    if (schema.has("const") && !schema.get("const").equals(value)) {
      problems.add(path + " is not " + schema.get("const"));
    }
    if (schema.has("enum") && !Stream.of(all(schema.get("enum"))).toList().contains(value)) {
      problems.add(path + " is not one of " + schema.get("enum"));
    }
    if (schema.has("type") && !isOfType(schema.get("type"), value)) {
      problems.add(path + " is not a " + schema.get("type"));
      return problems;
    }
    if (value.isTextual()) {
      String text = value.textValue();
      if (schema.has("pattern") && !text.matches(schema.get("pattern").textValue())) {
        problems.add(path + " does not match");
      }
      if (text.length() > schema.path("maxLength").asInt(Integer.MAX_VALUE)) {
        problems.add(path + " is too long");
      }
    }
    if (value.isArray()) {
      if (value.size() > schema.path("maxItems").asInt(Integer.MAX_VALUE)) {
        problems.add(path + " has too many");
      }
      value.forEach(item -> problems.addAll(problems(schema.path("items"), item, path + "/item")));
    }
    if (value.isObject()) {
      JsonNode properties = schema.path("properties");
      schema
          .path("required")
          .forEach(
              name -> {
                if (!value.has(name.textValue())) {
                  problems.add(path + "/" + name.textValue() + " is missing");
                }
              });
      value
          .properties()
          .forEach(
              field -> {
                String place = path + "/" + field.getKey();
                if (properties.has(field.getKey())) {
                  problems.addAll(
                      problems(properties.get(field.getKey()), field.getValue(), place));
                } else {
                  problems.add(place + " is not known");
                }
              });
    }
    return problems;
  }

  private static JsonNode[] all(JsonNode array) {
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    return items.toArray(JsonNode[]::new);
  }

  private static boolean isOfType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      return Stream.of(all(type)).anyMatch(one -> isOfType(one, value));
    }
    return switch (type.textValue()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "null" -> value.isNull();
      default -> throw new AssertionError("the test does not know " + type);
    };
  }
}
