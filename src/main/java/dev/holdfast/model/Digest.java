package dev.holdfast.model;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A content address as the OCI image specification writes it; {@code sha256:} and 64 hexadecimal
 * digits.
 */
public record Digest(String value) {
  private static final Pattern SHA256 = Pattern.compile("sha256:[0-9a-f]{64}");

  public Digest {
    if (!SHA256.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "not a digest (sha256: and 64 hexadecimal digits): " + value);
    }
  }

  public static Optional<Digest> parse(String text) {
    return SHA256.matcher(text).matches() ? Optional.of(new Digest(text)) : Optional.empty();
  }

  /** Short enough for a table and long enough to tell images apart. */
  public String shortHex() {
    return value.substring("sha256:".length(), "sha256:".length() + 12);
  }

  @Override
  public String toString() {
    return value;
  }
}
