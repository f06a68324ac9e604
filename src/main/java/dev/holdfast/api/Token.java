package dev.holdfast.api;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
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
    byte[] expected = read();
    if (expected.length == 0
        || authorization == null
        || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] given = authorization.substring(SCHEME.length()).trim().getBytes(StandardCharsets.UTF_8);
    // isEqual takes the same time however much of it is right.
    return MessageDigest.isEqual(expected, given);
  }

  private byte[] read() {
    Supplier<String> token = settings.token();
    try {
      return token == null ? new byte[0] : token.get().strip().getBytes(StandardCharsets.UTF_8);
    } catch (UncheckedIOException e) {
      return new byte[0];
    }
  }
}
