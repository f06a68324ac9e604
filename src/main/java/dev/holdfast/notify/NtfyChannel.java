package dev.holdfast.notify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.notify.Http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A topic of an ntfy server, published as JSON: title and tags would else be headers, and what came
 * from elsewhere with them.
 */
final class NtfyChannel implements Channel {
  private static final int MOST = 3_500; // ntfy makes a file of a message above 4,096 bytes
  private final Http http;
  private final Supplier<String> url;
  private final @Nullable Supplier<String> token;

  NtfyChannel(Http http, Supplier<String> url, @Nullable Supplier<String> token) {
    this.http = http;
    this.url = url;
    this.token = token;
  }

  @Override
  public Outcome send(Message message) {
    try {
      String address = url.get().replaceAll("/+$", "");
      int slash = address.lastIndexOf('/');
      if (slash <= "https://".length() || address.indexOf('?') >= 0) {
        return new Outcome.Later(
            "its address has no topic; write it as https://ntfy.sh/topic", true, null);
      }
      Map<String, String> headers = new TreeMap<>();
      headers.put("Content-Type", "application/json");
      headers.put("Idempotency-Key", message.id());
      if (token != null) {
        headers.put("Authorization", "Bearer " + token.get().strip());
      }
      String body = Json.text(payload(message, address.substring(slash + 1)));
      String server = address.substring(0, slash + 1);
      return Answers.of(http.send(new Request("POST", server, headers, body)), address);
    } catch (UncheckedIOException e) {
      return Answers.failed(e);
    } catch (IOException e) {
      return Answers.failed(e);
    }
  }

  private static ObjectNode payload(Message message, String topic) {
    String text = Wording.plain(message);
    while (text.getBytes(StandardCharsets.UTF_8).length > MOST) {
      text = Texts.cut(text, text.length() * 3 / 4);
    }
    ObjectNode payload =
        Json.object()
            .put("topic", topic)
            .put("title", message.title())
            .put("message", text)
            .put("markdown", false)
            .put("priority", priority(message.event()));
    payload.putArray("tags").add(tag(message.event()));
    return payload;
  }

  private static int priority(Event event) {
    return switch (event) {
      case ROLLBACK_FAILED -> 5;
      case FAILED, ROLLED_BACK, DEGRADED, TROUBLE, APPROVAL_WAITING -> 4;
      case SUCCEEDED, RECOVERED -> 3;
      case STARTED, SUPERSEDED -> 2;
    };
  }

  private static String tag(Event event) {
    return switch (event) {
      case ROLLBACK_FAILED -> "rotating_light";
      case FAILED, ROLLED_BACK, DEGRADED, TROUBLE -> "warning";
      case APPROVAL_WAITING -> "raised_hand";
      case STARTED, SUCCEEDED, SUPERSEDED, RECOVERED -> "white_check_mark";
    };
  }
}
