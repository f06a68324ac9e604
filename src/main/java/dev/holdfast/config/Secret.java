package dev.holdfast.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A value that is never shown. One from a file is read anew at each use, so that a rotated password
 * counts at once, and is not kept.
 */
public final class Secret implements Supplier<String> {
  private static final int MAX_BYTES = 64 << 10;
  private final String identity;
  private final Supplier<String> value;

  private Secret(String identity, Supplier<String> value) {
    this.identity = identity;
    this.value = value;
  }

  /** The file's content without the newline at its end. */
  public static Secret ofFile(Path file) {
    return new Secret("file " + file, () -> read(file));
  }

  public static Secret ofText(String text) {
    return new Secret("text " + text, () -> text);
  }

  /**
   * @throws UncheckedIOException when its file cannot be read now
   */
  @Override
  public String get() {
    return value.get();
  }

  private static String read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      return text.endsWith("\r\n")
          ? text.substring(0, text.length() - 2)
          : text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "could not read the secret in "
              + file
              + ": "
              + e.getClass().getSimpleName()
              + "; check that it exists and its rights",
          e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && identity.equals(secret.identity);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
