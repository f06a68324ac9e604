package dev.holdfast.git;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the remote says that a ref is now.
 *
 * @param commit the full hash; of an annotated tag, that of the commit it stands on
 */
record RemoteRef(String name, String commit) {
  private static final Pattern LINE =
      Pattern.compile("([0-9a-f]{40}|[0-9a-f]{64})\t([\\x21-\\x7e]+)");

  /** Of the output of ls-remote; patterns match the ends of names there, so names are compared. */
  static Optional<RemoteRef> find(GitRef ref, byte[] output) {
    Map<String, String> hashes = new HashMap<>();
    for (String line : new String(output, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        hashes.put(matcher.group(2), matcher.group(1));
      }
    }
    for (String name : ref.candidates()) {
      String hash = hashes.getOrDefault(name + "^{}", hashes.get(name));
      if (hash != null) {
        return Optional.of(new RemoteRef(name, hash));
      }
    }
    return Optional.empty();
  }
}
