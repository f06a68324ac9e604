package dev.holdfast.notify;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A message as RFC 5322 has it. Every header that holds what came from elsewhere is encoded (RFC
 * 2047) and the body is base64, so that no line of either can end a header, begin one, or end the
 * mail.
 */
final class Mail {
  private static final int WORD_BYTES = 42; // base64 makes 56 characters of them; a word has 75
  private static final Base64.Encoder BODY = Base64.getMimeEncoder(76, new byte[] {'\r', '\n'});

  private Mail() {}

  static String of(Message message, String from, List<String> to) {
    List<String> lines = new ArrayList<>();
    lines.add("From: Holdfast <" + from + ">");
    lines.add("To: " + String.join(",\r\n ", to));
    lines.add(
        "Date: "
            + DateTimeFormatter.RFC_1123_DATE_TIME.format(message.at().atOffset(ZoneOffset.UTC)));
    lines.add("Message-ID: <" + message.id() + "@holdfast.invalid>");
    lines.add("Subject: " + encoded(message.title()));
    lines.add("X-Holdfast-Event: " + message.event().text());
    lines.add("Auto-Submitted: auto-generated");
    lines.add("MIME-Version: 1.0");
    lines.add("Content-Type: text/plain; charset=utf-8");
    lines.add("Content-Transfer-Encoding: base64");
    lines.add("");
    String text = message.title() + "\n\n" + Wording.plain(message) + "\n";
    lines.add(BODY.encodeToString(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
    return String.join("\r\n", lines) + "\r\n";
  }

  /** Encoded words, each of whole characters. */
  static String encoded(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    text.codePoints()
        .forEach(
            point -> {
              String next = Character.toString(point);
              if (bytes(word + next) > WORD_BYTES) {
                words.add(word(word.toString()));
                word.setLength(0);
              }
              word.append(next);
            });
    words.add(word(word.toString()));
    return String.join("\r\n ", words);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String word(String text) {
    return "=?utf-8?B?"
        + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))
        + "?=";
  }
}
