package dev.holdfast.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;

/**
 * Records and memory as they are written: without secrets in what came from commands, engines and
 * people. Names and ids stay as they are, or a secret that reads like one of them would break what
 * is found by it.
 */
final class RedactedJson {
  private final Redactor redactor;

  RedactedJson(Redactor redactor) {
    this.redactor = redactor;
  }

  ObjectNode of(DeploymentRecord record) {
    ObjectNode content = RecordJson.of(record);
    redact(content, "cause");
    content.path("steps").forEach(step -> redact(step, "message"));
    redact(content.path("failure"), "reason");
    redact(content.path("failure"), "log_tail");
    return content;
  }

  ObjectNode of(Memory memory) {
    ObjectNode content = RecordJson.mapper().valueToTree(memory);
    redact(content.path("hold"), "reason");
    content.path("quarantined").forEach(entry -> redact(entry, "reason"));
    redact(content.at("/consent/decision/approval"), "reason");
    redact(content.at("/consent/leave/passage"), "reason");
    return content;
  }

  ObjectNode of(Saved taken) {
    return RecordJson.mapper().valueToTree(taken);
  }

  ObjectNode of(Operation operation) {
    ObjectNode content = RecordJson.mapper().valueToTree(operation);
    redact(content, "message");
    return content;
  }

  private void redact(JsonNode in, String field) {
    JsonNode value = in.path(field);
    if (in instanceof ObjectNode object && value.isTextual()) {
      object.put(field, redactor.redact(value.asText()));
    } else if (value instanceof ArrayNode lines) {
      for (int i = 0; i < lines.size(); i++) {
        lines.set(i, redactor.redact(lines.get(i).asText()));
      }
    }
  }
}
