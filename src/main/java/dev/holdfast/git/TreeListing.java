package dev.holdfast.git;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The regular files of a tree, from the output of {@code ls-tree -r -l -z}. Symbolic links and
 * submodules are left out, and so is what has a name that is not UTF-8 or holds control characters.
 */
final class TreeListing {
  static final int MAX_FILES = 20_000;
  private static final Pattern HEAD =
      Pattern.compile("(100644|100755|100664) blob ([0-9a-f]{40,64}) +([0-9]{1,18})");

  record Entry(String id, long size, boolean executable) {}

  private TreeListing() {}

  static SortedMap<String, Entry> parse(byte[] output) {
    SortedMap<String, Entry> files = new TreeMap<>();
    int from = 0;
    for (int i = 0; i < output.length; i++) {
      if (output[i] == 0) {
        add(files, output, from, i);
        from = i + 1;
      }
    }
    if (files.size() > MAX_FILES) {
      throw new SourceException(
          "could not read the app's folder because it holds more than "
              + MAX_FILES
              + " files; give the app a folder of its own, and name it as source.git.path",
          null);
    }
    return files;
  }

  private static void add(SortedMap<String, Entry> files, byte[] output, int from, int to) {
    int tab = from;
    while (tab < to && output[tab] != '\t') {
      tab++;
    }
    Matcher head = HEAD.matcher(new String(output, from, tab - from, StandardCharsets.US_ASCII));
    if (tab == to || !head.matches()) {
      return;
    }
    name(output, tab + 1, to)
        .ifPresent(
            name ->
                files.put(
                    name,
                    new Entry(
                        head.group(2),
                        Long.parseLong(head.group(3)),
                        head.group(1).equals("100755"))));
  }

  private static Optional<String> name(byte[] output, int from, int to) {
    try {
      String name =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(output, from, to - from))
              .toString();
      return Paths.plain(name) ? Optional.of(name) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
