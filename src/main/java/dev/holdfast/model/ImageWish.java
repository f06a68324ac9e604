package dev.holdfast.model;

/** Which image a service wants, before the registry was asked. */
public sealed interface ImageWish {
  ImageReference image();

  /** A digest: nothing to ask. */
  record Exact(ImageReference image) implements ImageWish {
    public Exact {
      if (image.digest() == null) {
        throw new IllegalArgumentException("an exact image needs a digest: " + image);
      }
    }
  }

  /** A tag, fixed or moving: the registry says which digest it stands for now. */
  record Tagged(ImageReference image) implements ImageWish {}

  /** The highest tag in a range of semantic versions, in npm's notation. */
  record Ranged(ImageReference image, String range) implements ImageWish {}
}
