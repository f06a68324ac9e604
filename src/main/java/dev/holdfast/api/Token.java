package dev.holdfast.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The token of {@code api.token-file}, read again at each use so that a new one counts at once. A
 * file that is missing or empty lets nobody in.
 */
@ApplicationScoped
public class Token {
  private static final String SCHEME = "Bearer ";
  private final ApiSettings settings;

  Token(ApiSettings settings) {
    this.settings = settings;
  }

  boolean isConfigured() {
    return settings.token() != null;
  }

  boolean matches(@Nullable String authorization) {
    return authorization != null
        && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && is(authorization.substring(SCHEME.length()));
  }

  /** Whether this is the token; blanks around it are none of it. */
  boolean is(String given) {
    // isEqual takes the same time however much of it is right.
    return text()
        .map(text -> MessageDigest.isEqual(bytes(text), bytes(given.strip())))
        .orElse(false);
  }

  Optional<String> text() {
    Supplier<String> token = settings.token();
    try {
      return Optional.ofNullable(token)
          .map(Supplier::get)
          .map(String::strip)
          .filter(t -> !t.isEmpty());
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
