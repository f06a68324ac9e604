package dev.holdfast.registry;

import dev.holdfast.registry.Registry.Credentials;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * What a request proves itself with.
 *
 * @param header empty for anonymous
 * @param basic with {@code credentials} themselves, not with a token got for them
 */
record Authorization(Optional<String> header, boolean basic, Optional<Credentials> credentials) {
  /** Sent with each request; registries ban clients without a name. */
  static final Map<String, String> COMMON = Map.of("User-Agent", "holdfast");

  static final Authorization NONE = new Authorization(Optional.empty(), false, Optional.empty());

  static Authorization bearer(String token, Optional<Credentials> credentials) {
    return new Authorization(Optional.of("Bearer " + token), false, credentials);
  }

  static Authorization basicOf(Credentials credentials) {
    return new Authorization(Optional.of(basic(credentials)), true, Optional.of(credentials));
  }

  static String basic(Credentials credentials) {
    String pair = credentials.username() + ":" + credentials.password();
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return header.isPresent() ? "Authorization[***]" : "Authorization[none]";
  }
}
