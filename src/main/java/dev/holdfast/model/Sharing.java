package dev.holdfast.model;

import org.jspecify.annotations.Nullable;

/** How Compose names another container: {@code service:db} of this file, or {@code container:x}. */
public final class Sharing {
  private static final String SERVICE = "service:";
  private static final String CONTAINER = "container:";

  private Sharing() {}

  public static String service(String name) {
    return SERVICE + name;
  }

  public static String container(String name) {
    return CONTAINER + name;
  }

  /** The service that is meant; null for anything else. */
  public static @Nullable String serviceOf(@Nullable String mode) {
    return after(SERVICE, mode);
  }

  /** The container, by name or id, that is meant; null for anything else. */
  public static @Nullable String containerOf(@Nullable String mode) {
    return after(CONTAINER, mode);
  }

  private static @Nullable String after(String prefix, @Nullable String mode) {
    return mode != null && mode.startsWith(prefix) ? mode.substring(prefix.length()) : null;
  }
}
