package dev.holdfast.compose;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Files that are small for what they ask for. {@code size} is about that of the file, in bytes; the
 * shape is always the same, so that a large one only costs more.
 */
enum Bombs {
  ALIASES {
    @Override
    void into(Map<String, String> files, int size) {
      StringBuilder text = new StringBuilder("x-0: &a0 [x,x,x,x,x,x,x,x,x]\n");
      for (int i = 1; text.length() < size; i++) {
        text.append("x-%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
      }
      files.put("compose.yaml", text + API);
    }
  },
  WIDE_ALIASES {
    @Override
    void into(Map<String, String> files, int size) {
      String list = "x,".repeat(size / 4);
      files.put(
          "compose.yaml", "x-a: &a [" + list + "]\nx-b: [" + "*a,".repeat(size / 6) + "]\n" + API);
    }
  },
  MERGE_KEYS {
    @Override
    void into(Map<String, String> files, int size) {
      StringBuilder text = new StringBuilder("x-0: &a0 {k0: 1}\n");
      for (int i = 1; text.length() < size; i++) {
        text.append("x-%d: &a%d {<<: [*a%d, *a%d], k%d: 1}\n".formatted(i, i, i - 1, i - 1, i));
      }
      files.put("compose.yaml", text + API);
    }
  },
  DEEP_FLOW {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "x-a: " + "[".repeat(size) + "\n" + API);
    }
  },
  DEEP_BLOCK {
    @Override
    void into(Map<String, String> files, int size) {
      int deep = (int) Math.sqrt(size);
      files.put(
          "compose.yaml",
          IntStream.range(0, deep)
                  .mapToObj(i -> " ".repeat(i) + "a:\n")
                  .collect(Collectors.joining())
              + API);
    }
  },
  DASHES {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "- ".repeat(size / 2));
    }
  },
  MANY_VALUES {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", API + "x-a:\n" + "- a\n".repeat(size / 4));
    }
  },
  MANY_KEYS {
    @Override
    void into(Map<String, String> files, int size) {
      files.put(
          "compose.yaml",
          API
              + IntStream.range(0, size / 12)
                  .mapToObj(i -> "x-" + i + ": 1\n")
                  .collect(Collectors.joining()));
    }
  },
  NESTED_DEFAULTS {
    @Override
    void into(Map<String, String> files, int size) {
      int deep = size / 5;
      files.put(
          "compose.yaml",
          "services: {api: {image: a, hostname: '"
              + "${A:-".repeat(deep)
              + "}".repeat(deep)
              + "'}}\n");
    }
  },
  OPEN_BRACES {
    @Override
    void into(Map<String, String> files, int size) {
      files.put(
          "compose.yaml",
          "services: {api: {image: a, labels: ['" + "${".repeat(size / 2) + "']}}\n");
    }
  },
  LARGE_VALUES {
    @Override
    void into(Map<String, String> files, int size) {
      files.put(".env", "A=" + "x".repeat(Math.min(size, 500_000)) + "\n");
      files.put(
          "compose.yaml",
          "services: {api: {image: a, labels: [" + "$A,".repeat(size / 4) + "]}}\n");
    }
  },
  DOUBLING_VALUES {
    @Override
    void into(Map<String, String> files, int size) {
      StringBuilder text = new StringBuilder("A0=xxxxxxxxxx\n");
      for (int i = 1; text.length() < size; i++) {
        text.append("A%d=$A%d$A%d\n".formatted(i, i - 1, i - 1));
      }
      files.put(".env", text.toString());
      files.put("compose.yaml", API);
    }
  },
  EXTENDS {
    @Override
    void into(Map<String, String> files, int size) {
      StringBuilder text = new StringBuilder("services:\n  s0: {image: a, labels: {l0: 1}}\n");
      for (int i = 1; text.length() < size; i++) {
        text.append(
            "  s%d: {extends: s%d, labels: {l%d: 1}}\n".formatted(i, i % 48 == 0 ? 0 : i - 1, i));
      }
      files.put("compose.yaml", text.toString());
    }
  },
  INCLUDES {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "include: [i0.yaml, i0.yaml]\n" + API);
      for (int i = 0; i < 12; i++) {
        files.put(
            "i" + i + ".yaml",
            "include: [i%d.yaml, i%d.yaml]\n".formatted(i + 1, i + 1)
                + "services: {s%d: {image: a, labels: [%s]}}\n"
                    .formatted(i, "a=b,".repeat(size / 60)));
      }
      files.put("i12.yaml", "services: {last: {image: a}}\n");
    }
  },
  LONG_LINE {
    @Override
    void into(Map<String, String> files, int size) {
      files.put(
          "compose.yaml",
          "services: {api: {image: 'a', command: \"" + "\\t".repeat(size / 2) + "\"}}\n");
    }
  },
  LONG_KEY {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "services: {api: {image: a, ? " + "k".repeat(size) + " : 1}}\n");
    }
  },
  MANY_ANCHORS {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "x-a: [" + "&a x,".repeat(size / 5) + "]\n" + API);
    }
  },
  BLOCK_TEXT {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "x-a: |\n" + "  line\n".repeat(size / 7) + API);
    }
  },
  MANY_PORTS {
    @Override
    void into(Map<String, String> files, int size) {
      files.put(
          "compose.yaml",
          "services: {api: {image: a, ports: [" + "'1-65535:1-65535',".repeat(size / 20) + "]}}\n");
    }
  },
  ENV_FILE {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "services: {api: {image: a, env_file: [e.env]}}\n");
      files.put(
          "e.env",
          IntStream.range(0, size / 20)
              .mapToObj(i -> "KEY_" + i + "=\"${A:-$B}\"\n")
              .collect(Collectors.joining()));
    }
  },
  SPACES {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "services:" + " ".repeat(size) + "{}\n");
    }
  },
  COMMENTS {
    @Override
    void into(Map<String, String> files, int size) {
      files.put("compose.yaml", "#\n".repeat(size / 2) + API);
    }
  };

  private static final String API = "services: {api: {image: a}}\n";

  abstract void into(Map<String, String> files, int size);

  Fixture of(int size) {
    Map<String, String> files = new LinkedHashMap<>();
    files.put("versions.yaml", "services: {}\n");
    into(files, size);
    return new Fixture(name() + " of " + size, files);
  }
}
