package dev.holdfast.compose;

import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What versions.yaml says of one service. The text alone decides, in this order:
 *
 * <ol>
 *   <li>with {@code @}: {@code tag@sha256:…} where a tag or nothing stands before it, else a whole
 *       image
 *   <li>{@code sha256:} and 64 digits: a digest
 *   <li>with {@code :} or {@code /}: a whole image
 *   <li>with a blank or one of {@code ^ ~ < > = | *}, or numbers with an {@code x} among them
 *       ({@code 1.x}): a range
 *   <li>else a tag, fixed or moving: {@code 1.4.2}, {@code 2026.11}, {@code main}
 * </ol>
 */
public sealed interface VersionWish {
  record Tag(String tag) implements VersionWish {}

  record Pinned(@Nullable String tag, Digest digest) implements VersionWish {}

  record Range(String range) implements VersionWish {}

  record Image(ImageReference image) implements VersionWish {}

  /**
   * @throws IllegalArgumentException saying why it is none of them; the message holds the text
   *     itself only in part
   */
  static VersionWish parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("is empty");
    }
    int at = text.indexOf('@');
    if (at >= 0 && (at == 0 || ImageReference.isTag(text.substring(0, at)))) {
      Digest digest =
          Digest.parse(text.substring(at + 1))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "has a digest that is not sha256: and 64 hexadecimal digits"));
      return new Pinned(at == 0 ? null : text.substring(0, at), digest);
    }
    Optional<Digest> digest = Digest.parse(text);
    if (digest.isPresent()) {
      return new Pinned(null, digest.get());
    }
    if (isRange(text)) {
      if (!VersionRange.isValid(text)) {
        throw new IllegalArgumentException(
            "is not a range of versions that can be read; write it such as ^1.4, ~1.4.2, 1.x or \">=1.4 <2\"");
      }
      return new Range(text);
    }
    if (text.indexOf(':') >= 0 || text.indexOf('/') >= 0 || at >= 0) {
      return new Image(ImageReference.parse(text));
    }
    if (!ImageReference.isTag(text)) {
      throw new IllegalArgumentException(
          "is neither a tag, a digest, a range of versions nor an image");
    }
    return new Tag(text);
  }

  private static boolean isRange(String text) {
    return Patterns.OPERATOR.matcher(text).find() || Patterns.X_RANGE.matcher(text).matches();
  }

  /** How ranges are told from tags. */
  final class Patterns {
    private static final Pattern OPERATOR = Pattern.compile("[\\s^~<>=|*]");
    private static final Pattern X_RANGE =
        Pattern.compile("v?(?:0|[1-9][0-9]*)\\.(?:[xX](?:\\.[xX])?|(?:0|[1-9][0-9]*)\\.[xX])");

    private Patterns() {}
  }
}
