package dev.holdfast.config;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Bytes to YAML 1.2 nodes. Nodes are read key by key and never walked as a whole, so aliases of
 * aliases cost nothing; the parser refuses more than a few all the same.
 */
final class AgentYaml {
  static final int MAX_BYTES = 1 << 20;
  private static final int MAX_ALIASES = 50;

  private AgentYaml() {}

  /** Empty where there is no document; the reason is noted. */
  static Optional<Node> parse(byte[] content, Notes notes) {
    if (content.length > MAX_BYTES) {
      notes.add(1, 1, "is larger than 1 MiB; that is no agent.yaml");
      return Optional.empty();
    }
    return text(content, notes).flatMap(text -> document(text, notes));
  }

  private static Optional<String> text(byte[] content, Notes notes) {
    ByteBuffer in = ByteBuffer.wrap(content);
    CharBuffer out = CharBuffer.allocate(content.length);
    boolean bad =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, out, true)
            .isError();
    String text = out.flip().toString();
    if (bad) {
      addAt(text, text.length(), "is not UTF-8 text; save the file as UTF-8", notes);
      return Optional.empty();
    }
    return Optional.of(text.startsWith("\uFEFF") ? text.substring(1) : text);
  }

  private static Optional<Node> document(String text, Notes notes) {
    LoadSettings settings =
        LoadSettings.builder()
            .setCodePointLimit(MAX_BYTES)
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setAllowRecursiveKeys(false)
            .setAllowNonScalarKeys(true)
            .build();
    try {
      Iterator<Node> documents = new Compose(settings).composeAllFromString(text).iterator();
      if (!documents.hasNext()) {
        // A file that was just truncated looks like this: it must not read as "no apps".
        notes.add(1, 1, "is empty, or all of it is commented out; write at least 'apps: {}'");
        return Optional.empty();
      }
      Node root = documents.next();
      if (documents.hasNext()) {
        notes.add(documents.next(), "is a second YAML document; only one is read: remove it");
      }
      return Optional.of(root);
    } catch (MarkedYamlEngineException e) {
      Optional<Mark> mark = e.getProblemMark();
      String what =
          "is not valid YAML: "
              + (e.getContext() == null ? "" : e.getContext() + ": ")
              + e.getProblem();
      notes.add(
          mark.map(m -> m.getLine() + 1).orElse(1),
          mark.map(m -> m.getColumn() + 1).orElse(1),
          what);
    } catch (ReaderException e) {
      addAt(
          text,
          e.getPosition(),
          "holds a character that YAML does not allow (U+%04X); remove it"
              .formatted(e.getCodePoint()),
          notes);
    } catch (YamlEngineException e) {
      notes.add(
          1, 1, "is not YAML that is read here: " + Notes.shown(String.valueOf(e.getMessage())));
    } catch (StackOverflowError e) {
      notes.add(1, 1, "is nested too deeply; that is no agent.yaml");
    }
    return Optional.empty();
  }

  private static void addAt(String text, int position, String message, Notes notes) {
    String before = text.substring(0, Math.max(0, Math.min(position, text.length())));
    int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
    notes.add(line, before.length() - before.lastIndexOf('\n'), message);
  }
}
