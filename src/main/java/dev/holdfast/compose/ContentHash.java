package dev.holdfast.compose;

import dev.holdfast.compose.SourceTree.Tracked;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The hash of a tracked file or folder: names, executable bits and contents, and nothing that
 * differs between two checkouts.
 */
public final class ContentHash {
  private ContentHash() {}

  /** SHA-256 in hexadecimal; empty where the source tracks nothing at this path. */
  public static Optional<String> of(SourceTree tree, String path) {
    SortedMap<String, Tracked> files = tree.under(path);
    if (!files.isEmpty()) {
      return Optional.of(hash(files));
    }
    return tree.tracked(path).map(ContentHash::ofFile);
  }

  /** The same as that of a tree which tracks this file alone. */
  static String ofFile(Tracked file) {
    return hash(new TreeMap<>(Map.of("", file)));
  }

  private static String hash(SortedMap<String, Tracked> files) {
    MessageDigest sha256 = sha256();
    files.forEach(
        (name, file) ->
            sha256.update(
                (file.sha256() + (file.executable() ? " x " : " - ") + name + "\0")
                    .getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
