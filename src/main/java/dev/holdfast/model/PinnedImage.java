package dev.holdfast.model;

import org.jspecify.annotations.Nullable;

/**
 * An image that a tag, a range or a digest was resolved to, once, for the whole life of a release.
 *
 * @param label the tag or version that people wrote; for display only, so that one image under two
 *     tags is one release
 */
public record PinnedImage(ImageReference name, Digest digest, @Nullable String label) {
  public PinnedImage {
    name = name.withTag(null);
  }

  public static PinnedImage of(ImageReference reference, Digest digest) {
    return new PinnedImage(reference, digest, reference.tag());
  }

  /** {@code repository@sha256:…}, the only form that is pulled and run. */
  public String pullReference() {
    return name.familiarName() + "@" + digest;
  }

  /** What people read: {@code ghcr.io/acme/api:1.4.2}. */
  public String display() {
    return name.familiarName() + (label == null ? "@" + digest.shortHex() : ":" + label);
  }
}
