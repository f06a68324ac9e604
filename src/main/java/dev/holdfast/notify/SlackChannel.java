package dev.holdfast.notify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.notify.Http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A Slack incoming webhook, or what speaks its language (Mattermost, Rocket.Chat). What came from
 * elsewhere stands in plain_text, which has no markup, or is escaped: {@code <!channel>} in a
 * commit's version calls nobody. Slack knows no idempotency key; the id stands in block_id.
 */
final class SlackChannel implements Channel {
  // Slack's own limits are 150 and 3000 characters; escaping makes five of one.
  private static final int HEADER = 150;
  private static final int CODE = 2_800;
  private final Http http;
  private final Supplier<String> url;

  SlackChannel(Http http, Supplier<String> url) {
    this.http = http;
    this.url = url;
  }

  @Override
  public Outcome send(Message message) {
    try {
      String address = url.get();
      Map<String, String> headers =
          Map.of(
              "Content-Type", "application/json; charset=utf-8", "Idempotency-Key", message.id());
      String body = Json.text(payload(message));
      return Answers.of(http.send(new Request("POST", address, headers, body)), address);
    } catch (UncheckedIOException e) {
      return Answers.failed(e);
    } catch (IOException e) {
      return Answers.failed(e);
    }
  }

  static ObjectNode payload(Message message) {
    ObjectNode payload = Json.object().put("text", escaped(mark(message) + " " + message.title()));
    ArrayNode blocks = payload.putArray("blocks");
    ObjectNode header = blocks.addObject().put("type", "header").put("block_id", message.id());
    header.set("text", plain(Texts.cut(mark(message) + " " + message.title(), HEADER)));
    ArrayNode fields = Json.object().putArray("fields");
    Wording.facts(message)
        .forEach((name, value) -> fields.add(plain(name + "\n" + Texts.cut(value, 1_000))));
    if (!fields.isEmpty()) {
      blocks.addObject().put("type", "section").set("fields", fields);
    }
    String detail = Wording.detail(message);
    if (!detail.isEmpty()) {
      ObjectNode section = blocks.addObject().put("type", "section");
      section.putObject("text").put("type", "mrkdwn").put("text", code(detail));
    }
    return payload;
  }

  private static String mark(Message message) {
    return switch (message.event()) {
      case STARTED -> "\u23f3";
      case SUCCEEDED, RECOVERED -> "\u2705";
      case SUPERSEDED -> "\u23ed";
      case APPROVAL_WAITING -> "\u270b";
      case FAILED, ROLLED_BACK, DEGRADED, TROUBLE -> "\u26a0";
      case ROLLBACK_FAILED -> "\ud83d\udea8";
    };
  }

  private static ObjectNode plain(String text) {
    return Json.object().put("type", "plain_text").put("text", text).put("emoji", false);
  }

  /** The only way out of a code block is three backticks. */
  private static String code(String text) {
    return "```\n" + Texts.cut(escaped(text.replace('`', '\'')), CODE) + "\n```";
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
