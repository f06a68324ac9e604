package dev.holdfast.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.reconcile.ShellWish;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The frames of a shell's connection, cut out of what comes; each has a bounded length. */
final class ShellFrames {
  private static final int HEAD = 5;
  private static final int LONGEST = 64 * 1024;
  private static final int MOST_WORDS = 1000;
  private static final int LARGEST_WINDOW = 10_000;
  private static final Pattern SERVICE = Pattern.compile("[a-zA-Z0-9._-]{1,128}");
  private static final Set<String> FIELDS =
      Set.of("service", "release", "command", "terminal", "rows", "columns", "migration");
  private static final JsonMapper MAPPER = new JsonMapper();

  private Buffer rest = Buffer.buffer();
  private int at;

  /** Two of them are never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(char kind, byte[] content) {}

  void add(Buffer bytes) {
    // Once for all frames that it held: each for itself would copy what follows it again.
    rest = rest.getBuffer(at, rest.length()).appendBuffer(bytes);
    at = 0;
  }

  /** Nothing more is cut out of it. */
  void drop() {
    rest = Buffer.buffer();
    at = 0;
  }

  /** The next whole one, or null. */
  @Nullable Frame next() {
    if (rest.length() - at < HEAD) {
      return null;
    }
    long length = rest.getUnsignedInt(at + 1);
    if (length > LONGEST) {
      throw new ProblemException(400, "a frame is longer than " + LONGEST + " bytes");
    }
    int end = at + HEAD + (int) length;
    if (rest.length() < end) {
      return null;
    }
    Frame frame = new Frame((char) rest.getByte(at), rest.getBytes(at + HEAD, end));
    at = end;
    return frame;
  }

  static Buffer frame(char kind, byte[] content) {
    return Buffer.buffer(HEAD + content.length)
        .appendByte((byte) kind)
        .appendInt(content.length)
        .appendBytes(content);
  }

  static byte[] end(@Nullable Integer status, @Nullable String reason) {
    ObjectNode end = JsonNodeFactory.instance.objectNode();
    return end.put("exitStatus", status)
        .put("reason", reason)
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  static ShellWish wish(byte[] json) {
    JsonNode wish;
    try {
      wish = MAPPER.readTree(json);
    } catch (IOException e) {
      throw new ProblemException(400, "what is wanted is not JSON");
    }
    if (wish == null || !wish.isObject()) {
      throw new ProblemException(400, "what is wanted must be a JSON object");
    }
    wish.fieldNames()
        .forEachRemaining(
            name -> {
              if (!FIELDS.contains(name)) {
                throw new ProblemException(400, "a shell takes the fields " + FIELDS + " only");
              }
            });
    String service = wish.path("service").asText();
    if (!SERVICE.matcher(service).matches()) {
      throw new ProblemException(400, "`service` must name one of the Compose file");
    }
    JsonNode release = wish.path("release");
    return new ShellWish(
        service,
        release.isMissingNode() || release.isNull() ? null : Ids.release(release.asText()),
        command(wish.path("command")),
        wish.path("terminal").asBoolean(),
        size(wish.path("rows")),
        size(wish.path("columns")),
        wish.path("migration").asBoolean());
  }

  private static List<String> command(JsonNode words) {
    List<String> command = new ArrayList<>();
    for (JsonNode word : words) {
      if (!word.isTextual()
          || word.textValue().indexOf('\0') >= 0
          || command.size() >= MOST_WORDS) {
        throw new ProblemException(400, "`command` must be a list of at most 1000 texts");
      }
      command.add(word.textValue());
    }
    return command;
  }

  private static int size(JsonNode value) {
    return Math.clamp(value.asInt(), 0, LARGEST_WINDOW);
  }
}
