package dev.holdfast.store;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * JSON files that say which format they have and carry a checksum, so that a torn, empty, foreign
 * or altered one is recognised.
 *
 * <ol>
 *   <li>A file of a newer format is neither read nor replaced: {@link NewerFormatException}.
 *   <li>One that was read and is not whole is set aside under {@code <name>.corrupt-1} to {@code
 *       -3}, told once, and counts as missing.
 *   <li>One that could not be read (permission, a failing disk) is left alone and reported: unknown
 *       is not absent.
 * </ol>
 *
 * The checksum is over the values, not the bytes: a file that was indented anew is still whole.
 */
final class Documents {
  static final int FORMAT = 1;
  private static final String FORMAT_FIELD = "format";
  private static final String CHECKSUM_FIELD = "checksum";
  private static final long MAX_BYTES = 32L << 20;
  private static final int KEPT_ASIDE = 3;
  private static final JsonMapper PLAIN =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final Warnings warnings;

  Documents(Warnings warnings) {
    this.warnings = warnings;
  }

  /** Makes ready what the first reading of a type needs. */
  static void prepare(JsonMapper mapper, Class<? extends Record> type) {
    try {
      var _ = mapper.readerFor(type);
      Completeness.prepare(type);
      var _ = checksum((ObjectNode) PLAIN.readTree("{}".getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new IllegalStateException("an empty object is always read", e);
    }
  }

  void write(Path file, ObjectNode content, Set<PosixFilePermission> permissions) {
    refuseNewer(file);
    DurableFiles.write(file, bytes(content), permissions);
  }

  /** Writes, and keeps what was there as {@code former}. */
  void writeKeeping(
      Path file, Path former, ObjectNode content, Set<PosixFilePermission> permissions) {
    refuseNewer(file);
    refuseNewer(former);
    DurableFiles.writeKeeping(file, former, bytes(content), permissions);
  }

  /** A file's value; empty where it is missing or was set aside. */
  <T> Optional<T> read(Path file, JsonMapper mapper, Class<T> type) {
    return content(file).flatMap(content -> value(file, content, mapper, type));
  }

  /** A value out of a file's content; where it is not one, the file is set aside. */
  <T> Optional<T> value(Path file, JsonNode content, JsonMapper mapper, Class<T> type) {
    try {
      T value = mapper.treeToValue(content, type);
      Optional<String> missing =
          value == null ? Optional.of("everything") : Completeness.missing(value);
      if (missing.isEmpty()) {
        return Optional.of(value);
      }
      setAside(file, "it lacks " + missing.get());
    } catch (JsonProcessingException | IllegalArgumentException e) {
      // The text of the exception may quote the content.
      setAside(file, "its content is not that of a " + type.getSimpleName());
    }
    return Optional.empty();
  }

  /** A file's content, without what is added here; empty where it is missing or was set aside. */
  Optional<ObjectNode> content(Path file) {
    byte[] bytes;
    try {
      if (Files.size(file) > MAX_BYTES) {
        setAside(file, "it is larger than " + (MAX_BYTES >> 20) + " MiB");
        return Optional.empty();
      }
      bytes = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw DurableFiles.failed("read " + file, e);
    }
    return parse(file, bytes);
  }

  private Optional<ObjectNode> parse(Path file, byte[] bytes) {
    String reason = bytes.length == 0 ? "it is empty" : "it is not whole JSON";
    try {
      if (PLAIN.readTree(bytes) instanceof ObjectNode content) {
        int format = content.path(FORMAT_FIELD).asInt(0);
        if (format > FORMAT) {
          throw new NewerFormatException(file, format, FORMAT);
        }
        JsonNode written = content.remove(CHECKSUM_FIELD);
        if (format == FORMAT && written != null && written.asText().equals(checksum(content))) {
          content.remove(FORMAT_FIELD);
          return Optional.of(content);
        }
        reason =
            format == FORMAT ? "its checksum does not match" : "it has no format that is known";
      }
    } catch (IOException e) {
      // The reason is said already; the parser's own text quotes the content.
      reason = bytes.length == 0 ? "it is empty" : "it is not whole JSON";
    }
    setAside(file, reason);
    return Optional.empty();
  }

  void setAside(Path file, String reason) {
    Path aside = file;
    for (int n = 1; n <= KEPT_ASIDE; n++) {
      aside = file.resolveSibling(file.getFileName() + ".corrupt-" + n);
      if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
        break;
      }
    }
    try {
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.sync(DurableFiles.folderOf(file));
      warnings.warn(
          file + " cannot be used: " + reason + "; it is set aside as " + aside.getFileName());
    } catch (IOException e) {
      warnings.warn(
          file
              + " cannot be used: "
              + reason
              + "; it could not be set aside either: "
              + DurableFiles.reason(e));
    }
  }

  /** The format stands first in a file, so that little is read. */
  static void refuseNewer(Path file) {
    try (JsonParser parser = PLAIN.createParser(file.toFile())) {
      parser.nextToken();
      if (FORMAT_FIELD.equals(parser.nextFieldName()) && parser.nextIntValue(0) > FORMAT) {
        throw new NewerFormatException(file, parser.getIntValue(), FORMAT);
      }
    } catch (JsonProcessingException e) {
      // Not JSON, so not of a newer format.
      return;
    } catch (IOException e) {
      if (Files.exists(file)) {
        throw DurableFiles.failed("read " + file, e);
      }
    }
  }

  private static byte[] bytes(ObjectNode content) {
    ObjectNode document = PLAIN.createObjectNode().put(FORMAT_FIELD, FORMAT);
    document.setAll(content);
    document.put(CHECKSUM_FIELD, checksum(document));
    try {
      return (PLAIN.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON is always written", e);
    }
  }

  private static String checksum(ObjectNode document) {
    return "sha256:" + Hashes.sha256(document.toString());
  }
}
