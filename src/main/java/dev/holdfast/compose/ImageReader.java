package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.compose.Value.Style;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.ImageWish;
import java.util.Optional;
import java.util.Set;

/**
 * Which image a service wants: the Compose file's, with the tag, digest or range that versions.yaml
 * names, or the whole image from there. A service that is only built in the Compose file gets its
 * image from versions.yaml alone.
 */
final class ImageReader {
  /**
   * Stands for what a versions file on the server names; never deployed, since this is no server.
   */
  private static final ImageWish UNKNOWN =
      new ImageWish.Tagged(ImageReference.parse("named-on-the-server"));

  private final Project project;
  private final String versionsFile;
  private final VersionsFile versions;

  ImageReader(Project project, String versionsFile, VersionsFile versions) {
    this.project = project;
    this.versionsFile = versionsFile;
    this.versions = versions;
  }

  /** Empty, with a problem, where there is none. */
  Optional<ImageWish> read(String name, Fields service) {
    VersionsFile.Entry entry = versions.services().get(name);
    Optional<ImageWish> wish =
        entry == null ? unversioned(name, service) : versioned(name, service, entry);
    return wish.filter(image -> image.equals(UNKNOWN) || isAllowed(name, service, image));
  }

  private boolean isAllowed(String name, Fields service, ImageWish wish) {
    if (project.permissions().allowsImage(wish.image())) {
      return true;
    }
    service
        .problems()
        .error(
            service.at("image"),
            "services."
                + name
                + " runs an image that apps."
                + project.app()
                + ".allow-images in agent.yaml does not allow; add a pattern for it there");
    return false;
  }

  private Optional<ImageWish> unversioned(String name, Fields service) {
    Scalar image = service.scalar("image");
    if ((image == null || image.text().isBlank()) && versionsAreUnknown()) {
      return Optional.of(UNKNOWN);
    }
    if (image == null || image.text().isBlank()) {
      service
          .problems()
          .error(
              service.at("image"),
              "services."
                  + name
                  + " has no image: add 'image:' here, or name a whole image in "
                  + versionsFile
                  + " (services: {"
                  + name
                  + ": registry/repository:tag})");
      return Optional.empty();
    }
    if (image.text().endsWith(":") || image.text().endsWith("@")) {
      service.error(
          "image",
          "ends without a tag (a variable in it may be empty); name the version in "
              + versionsFile
              + ", or set the variable");
      return Optional.empty();
    }
    return reference(service, image, image.text()).map(ImageReader::asWritten);
  }

  /** The loader has told so. */
  private boolean versionsAreUnknown() {
    return project.offServer() && versionsFile.startsWith("/");
  }

  private static ImageWish asWritten(ImageReference image) {
    return image.digest() == null ? new ImageWish.Tagged(image) : new ImageWish.Exact(image);
  }

  private Optional<ImageWish> versioned(String name, Fields service, VersionsFile.Entry entry) {
    return switch (entry.wish()) {
      case VersionWish.Image whole -> Optional.of(asWritten(whole.image()));
      case VersionWish.Tag tag ->
          base(name, service, entry).map(image -> new ImageWish.Tagged(image.withTag(tag.tag())));
      case VersionWish.Pinned pinned ->
          base(name, service, entry)
              .map(
                  image ->
                      new ImageWish.Exact(image.withTag(pinned.tag()).withDigest(pinned.digest())));
      case VersionWish.Range range ->
          base(name, service, entry)
              .map(image -> new ImageWish.Ranged(image.withTag(null), range.range()));
    };
  }

  /**
   * The image whose tag versions.yaml gives; what a variable would have filled in after the colon
   * may be empty.
   */
  private Optional<ImageReference> base(String name, Fields service, VersionsFile.Entry entry) {
    Scalar image = service.scalar("image");
    if (image == null || image.text().isBlank()) {
      String where = service.mapping().place().file() + ":" + service.mapping().place().line();
      service
          .problems()
          .error(
              new Place(versionsFile, entry.line(), entry.column()),
              "services."
                  + name
                  + " names only a version, and the service has no 'image:' in "
                  + where
                  + "; name the whole image here, such as registry/repository:"
                  + tagOf(entry));
      return Optional.empty();
    }
    return reference(service, image, withoutEmptyTag(image.text()));
  }

  private static String withoutEmptyTag(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == ':' || text.charAt(end - 1) == '@')) {
      end--;
    }
    return text.substring(0, end);
  }

  private static String tagOf(VersionsFile.Entry entry) {
    return entry.wish() instanceof VersionWish.Tag tag ? tag.tag() : "tag";
  }

  private static Optional<ImageReference> reference(Fields service, Scalar written, String text) {
    try {
      return Optional.of(ImageReference.parse(text));
    } catch (IllegalArgumentException e) {
      String why =
          written.style() == Style.INTERPOLATED
              ? "its variables make no valid image reference"
              : String.valueOf(e.getMessage());
      service.error("image", "is not an image: " + why);
      return Optional.empty();
    }
  }

  /** A service that is named in versions.yaml and nowhere else is an error, at its line. */
  void refuseUnknown(Set<String> known, Problems problems, String composeFile) {
    versions
        .services()
        .forEach(
            (name, entry) -> {
              if (!known.contains(name) && !problems.isFull()) {
                problems.error(
                    new Place(versionsFile, entry.line(), entry.column()),
                    "services."
                        + Keys.shown(name)
                        + " is no service of "
                        + composeFile
                        + problems.hint(name, known)
                        + (known.isEmpty()
                            ? ""
                            : "; the services are "
                                + String.join(", ", known.stream().sorted().limit(20).toList())));
              }
            });
  }
}
