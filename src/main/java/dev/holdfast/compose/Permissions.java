package dev.holdfast.compose;

import dev.holdfast.model.ImageReference;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What agent.yaml lets an app's files ask for beyond the ordinary.
 *
 * @param allow words of the contract such as {@code docker-socket}, or {@code all}
 * @param allowPaths absolute host paths that may be bind-mounted, each with all that lies below it
 * @param allowImages patterns of images, {@code *} standing for any text; none means any image
 * @param allowUrls patterns of addresses that the agent may be made to ask from the server; none
 *     means any
 */
public record Permissions(
    Set<String> allow, List<String> allowPaths, List<String> allowImages, List<String> allowUrls) {
  public static final Permissions NONE = new Permissions(Set.of(), List.of(), List.of("*"));

  public Permissions(Set<String> allow, List<String> allowPaths, List<String> allowImages) {
    this(allow, allowPaths, allowImages, List.of("*"));
  }

  public Permissions {
    allow = Set.copyOf(allow);
    allowPaths = List.copyOf(allowPaths);
    allowImages = List.copyOf(allowImages);
    allowUrls = List.copyOf(allowUrls);
  }

  boolean allows(String word) {
    return allow.contains("all") || allow.contains(word);
  }

  /** {@code path}: absolute and normalised. */
  boolean allowsPath(String path) {
    return allowPaths.stream().anyMatch(allowed -> isWithin(SourcePaths.absolute(allowed), path));
  }

  private static boolean isWithin(String folder, String path) {
    return path.equals(folder) || path.startsWith(folder.endsWith("/") ? folder : folder + "/");
  }

  boolean allowsImage(ImageReference image) {
    return allowImages.isEmpty()
        || allowImages.stream().anyMatch(pattern -> matches(pattern, image));
  }

  /** {@code url}: with a host, and without a user in it. */
  boolean allowsUrl(String url) {
    return allowUrls.isEmpty()
        || allowUrls.stream().anyMatch(pattern -> compiled(pattern).matcher(url).matches());
  }

  private static Pattern compiled(String pattern) {
    return Pattern.compile(Pattern.quote(pattern).replace("*", "\\E.*\\Q"), Pattern.DOTALL);
  }

  /** Against the image with and without its tag, as people write it and in full. */
  private static boolean matches(String pattern, ImageReference image) {
    Pattern compiled = compiled(pattern);
    String tag = ":" + image.tagOrLatest();
    return List.of(
            image.familiarName(), image.name(), image.familiarName() + tag, image.name() + tag)
        .stream()
        .anyMatch(name -> compiled.matcher(name).matches());
  }
}
