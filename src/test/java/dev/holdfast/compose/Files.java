package dev.holdfast.compose;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A source's tracked files, held in memory. */
record Files(SortedMap<String, byte[]> files) implements SourceTree {
  static Files of(String... pathsAndTexts) {
    Files tree = new Files(new TreeMap<>());
    for (int i = 0; i < pathsAndTexts.length; i += 2) {
      tree = tree.with(pathsAndTexts[i], pathsAndTexts[i + 1]);
    }
    return tree;
  }

  /** A Compose file, and a versions file that names nothing. */
  static Files compose(String text) {
    return of("compose.yaml", text, "versions.yaml", "services: {}\n");
  }

  Files with(String path, String text) {
    return with(path, text.getBytes(StandardCharsets.UTF_8));
  }

  Files with(String path, byte[] bytes) {
    SortedMap<String, byte[]> more = new TreeMap<>(files);
    more.put(path, bytes);
    return new Files(more);
  }

  @Override
  public Optional<byte[]> file(String path) {
    return Optional.ofNullable(files.get(path));
  }

  @Override
  public SortedMap<String, Tracked> under(String folder) {
    String prefix = folder.isEmpty() ? "" : folder + "/";
    SortedMap<String, Tracked> below = new TreeMap<>();
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      if (file.getKey().startsWith(prefix)) {
        below.put(
            file.getKey().substring(prefix.length()),
            new Tracked(sha256(file.getValue()), file.getKey().endsWith(".sh")));
      }
    }
    return below;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
