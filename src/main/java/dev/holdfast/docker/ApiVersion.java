package dev.holdfast.docker;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of the engine's HTTP API. */
record ApiVersion(int major, int minor) implements Comparable<ApiVersion> {
  /** Docker Engine 20.10. */
  static final ApiVersion OLDEST = new ApiVersion(1, 41);

  /** The newest whose changes were read; a newer engine is asked to speak this one. */
  static final ApiVersion NEWEST = new ApiVersion(1, 52);

  static final ApiVersion WITH_START_INTERVAL = new ApiVersion(1, 44);
  static final ApiVersion WITH_ANNOTATIONS = new ApiVersion(1, 43);

  /** One MAC address for each network, too. */
  static final ApiVersion WITH_MAC_OF_NETWORK = new ApiVersion(1, 44);

  static final ApiVersion WITH_GATEWAY_PRIORITY = new ApiVersion(1, 48);
  static final ApiVersion WITH_INTERFACE_NAME = new ApiVersion(1, 49);
  static final ApiVersion WITH_SUBPATH = new ApiVersion(1, 45);

  private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

  static ApiVersion parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not an API version: " + text);
    }
    return new ApiVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** The version to speak with an engine that offers {@code oldest} to {@code newest}. */
  static ApiVersion agree(String engine, ApiVersion oldest, ApiVersion newest) {
    if (newest.compareTo(OLDEST) < 0) {
      throw new EngineException.Refused(
          "Docker Engine "
              + engine
              + " speaks API "
              + newest
              + " at most, Holdfast needs "
              + OLDEST
              + "; upgrade it to 20.10 or newer");
    }
    ApiVersion agreed = newest.compareTo(NEWEST) < 0 ? newest : NEWEST;
    if (oldest.compareTo(agreed) > 0) {
      throw new EngineException.Refused(
          "Docker Engine "
              + engine
              + " speaks API "
              + oldest
              + " at least, Holdfast knows "
              + NEWEST
              + " at most; upgrade Holdfast");
    }
    return agreed;
  }

  /** The first Docker Engine that speaks it, for people. */
  String engine() {
    return switch (minor) {
      case 41 -> "20.10";
      case 42 -> "23";
      case 43 -> "24";
      case 44 -> "25";
      case 45, 46 -> "26";
      case 47 -> "27";
      case 48 -> "28";
      case 49 -> "28.1";
      default -> "newer than 28.1";
    };
  }

  boolean has(ApiVersion feature) {
    return compareTo(feature) >= 0;
  }

  @Override
  public int compareTo(ApiVersion other) {
    return Comparator.comparingInt(ApiVersion::major)
        .thenComparingInt(ApiVersion::minor)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
