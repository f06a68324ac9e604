package dev.holdfast.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of deploy/example in a world without names and without the internet: what is exchanged
 * are addresses, accounts and waits, each by its own words, and nothing may be there no more.
 */
final class Example {
  private static final Path FOLDER = Path.of("deploy/example");
  private String text;

  private Example(String text) {
    this.text = text;
  }

  static Example of(String file) {
    try {
      return new Example(Files.readString(FOLDER.resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Example with(String written, Object here) {
    if (!text.contains(written)) {
      throw new AssertionError("the example has no `" + written + "` any more:\n" + text);
    }
    text = text.replace(written, here.toString());
    return this;
  }

  /** For a runner, on which those names mean something. */
  String raw() {
    return text;
  }

  String text() {
    for (String left : List.of("example.com", "/etc/holdfast")) {
      List<String> lines =
          text.lines().filter(line -> line.contains(left) && !line.contains("#")).toList();
      if (!lines.isEmpty()) {
        throw new AssertionError(left + " is not of this world: " + lines);
      }
    }
    return text;
  }
}
