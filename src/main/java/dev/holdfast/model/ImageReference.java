package dev.holdfast.model;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An image reference by the grammar of distribution/reference: {@code
 * [registry/]repository[:tag][@digest]}. The registry and Docker Hub's {@code library/} are filled
 * in, so that two spellings of one image are equal.
 *
 * @param registry host and optional port; {@code docker.io} for Docker Hub
 * @param tag null where neither tag nor digest was written; {@link #tagOrLatest()} gives the tag
 *     that then counts
 */
public record ImageReference(
    String registry, String repository, @Nullable String tag, @Nullable Digest digest) {
  public static final String DOCKER_HUB = "docker.io";
  private static final Pattern REPOSITORY =
      Pattern.compile(
          "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:]+])(?::[0-9]{1,5})?");

  public ImageReference {
    require(REGISTRY.matcher(registry).matches(), "registry", registry);
    require(
        repository.length() <= 255 && REPOSITORY.matcher(repository).matches(),
        "repository",
        repository);
    require(tag == null || TAG.matcher(tag).matches(), "tag", String.valueOf(tag));
  }

  /**
   * @throws IllegalArgumentException naming the part that the grammar refuses
   */
  public static ImageReference parse(String text) {
    String rest = text.strip();
    if (rest.isEmpty()) {
      throw new IllegalArgumentException("an image reference is empty");
    }
    Digest digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      String written = rest.substring(at + 1);
      digest =
          Digest.parse(written)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "digest of image '" + text + "' is not sha256:<64 hex>"));
      rest = rest.substring(0, at);
    }
    String tag = null;
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    int slash = rest.indexOf('/');
    String first = slash < 0 ? "" : rest.substring(0, slash);
    boolean named = isRegistry(first);
    String registry = named ? hub(first) : DOCKER_HUB;
    String repository = named ? rest.substring(slash + 1) : rest;
    if (registry.equals(DOCKER_HUB) && !repository.contains("/")) {
      repository = "library/" + repository;
    }
    return new ImageReference(registry, repository, tag, digest);
  }

  private static boolean isRegistry(String first) {
    return first.contains(".")
        || first.contains(":")
        || first.equals("localhost")
        || !first.equals(first.toLowerCase(Locale.ROOT));
  }

  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  private static String hub(String registry) {
    return registry.equals("index.docker.io") || registry.equals("registry-1.docker.io")
        ? DOCKER_HUB
        : registry;
  }

  private static void require(boolean valid, String part, String value) {
    if (!valid) {
      throw new IllegalArgumentException(
          "invalid " + part + " in an image reference: '" + value + "'");
    }
  }

  public String tagOrLatest() {
    return tag == null ? "latest" : tag;
  }

  public Optional<Digest> pinned() {
    return Optional.ofNullable(digest);
  }

  public ImageReference withTag(@Nullable String newTag) {
    return new ImageReference(registry, repository, newTag, null);
  }

  public ImageReference withDigest(Digest newDigest) {
    return new ImageReference(registry, repository, tag, newDigest);
  }

  /** Registry and repository, as the engine understands them: {@code docker.io/library/nginx}. */
  public String name() {
    return registry + "/" + repository;
  }

  /**
   * The way people write it: Docker Hub's registry and {@code library/} left out, where it still
   * reads as the same image.
   */
  public String familiarName() {
    int slash = repository.indexOf('/');
    String first = slash < 0 ? "" : repository.substring(0, slash);
    if (!registry.equals(DOCKER_HUB) || isRegistry(first)) {
      return name();
    }
    boolean official = first.equals("library") && repository.indexOf('/', slash + 1) < 0;
    return official ? repository.substring(slash + 1) : repository;
  }

  @Override
  public String toString() {
    return familiarName() + (tag == null ? "" : ":" + tag) + (digest == null ? "" : "@" + digest);
  }
}
