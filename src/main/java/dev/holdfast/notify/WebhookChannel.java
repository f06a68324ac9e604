package dev.holdfast.notify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.notify.Http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A message as JSON of docs/notification.schema.json. With a secret it is signed over the bytes of
 * its body, so that the receiver knows whom it is from.
 */
final class WebhookChannel implements Channel {
  static final int VERSION = 1;
  private final Http http;
  private final Supplier<String> url;
  private final @Nullable Supplier<String> secret;

  WebhookChannel(Http http, Supplier<String> url, @Nullable Supplier<String> secret) {
    this.http = http;
    this.url = url;
    this.secret = secret;
  }

  @Override
  public Outcome send(Message message) {
    try {
      String body = Json.text(payload(message));
      Map<String, String> headers = new TreeMap<>();
      headers.put("Content-Type", "application/json");
      headers.put("Idempotency-Key", message.id());
      headers.put("Holdfast-Event", message.event().text());
      if (secret != null) {
        headers.put("Holdfast-Signature", "sha256=" + signature(secret.get(), body));
      }
      String address = url.get();
      return Answers.of(http.send(new Request("POST", address, headers, body)), address);
    } catch (UncheckedIOException e) {
      return Answers.failed(e);
    } catch (IOException e) {
      return Answers.failed(e);
    }
  }

  static ObjectNode payload(Message message) {
    ObjectNode payload = Json.object().put("schema", VERSION);
    payload.setAll(Json.tree(message));
    return payload;
  }

  static String signature(String secret, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new UncheckedIOException(
          "could not sign with the secret: it is empty", new IOException(e));
    }
  }
}
