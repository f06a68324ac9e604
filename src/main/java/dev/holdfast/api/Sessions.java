package dev.holdfast.api;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * People who gave the token on the page.
 *
 * <ol>
 *   <li>A session is opened by the token alone, and ends with it: a changed token ends them all,
 *       and so does a start of the agent.
 *   <li>The browser holds a random name of the session, never the token; the agent holds the name's
 *       hash.
 *   <li>Each session has a form key, which every form of the page carries and no other site can
 *       read.
 *   <li>No more than {@value #MOST} are kept, the oldest goes first.
 * </ol>
 */
@ApplicationScoped
public class Sessions {
  static final String KEY = "dev.holdfast.session";
  private static final int MOST = 32;
  private static final Duration LIFE = Duration.ofHours(12);
  private static final int BYTES = 32;
  private final Token token;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = new LinkedHashMap<>();

  Sessions(Token token) {
    this.token = token;
  }

  /**
   * @param formKey what each form must carry
   */
  public record Session(String formKey, String tokenHash, long endsAtNanos) {
    public boolean allows(@Nullable String givenKey) {
      return givenKey != null
          && MessageDigest.isEqual(
              formKey.getBytes(StandardCharsets.UTF_8), givenKey.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** That of whoever asks, as the gate has found it. */
  public static Optional<Session> of(RoutingContext context) {
    return Optional.ofNullable(context.get(KEY));
  }

  /** What the cookie is called that holds its name. */
  public static String cookie(HttpServerRequest request) {
    return Browsers.cookie(request);
  }

  public boolean areOffered() {
    return token.isConfigured();
  }

  public Duration life() {
    return LIFE;
  }

  /** The name of a new session; null where this is not the token. */
  public synchronized @Nullable String open(@Nullable String givenToken) {
    if (givenToken == null || !token.is(givenToken)) {
      return null;
    }
    String name = secret();
    long end = System.nanoTime() + LIFE.toNanos();
    sessions.put(hash(name), new Session(secret(), hash(givenToken.strip()), end));
    while (sessions.size() > MOST) {
      sessions.remove(sessions.keySet().iterator().next());
    }
    return name;
  }

  public synchronized Optional<Session> find(@Nullable String name) {
    if (name == null || sessions.isEmpty()) {
      return Optional.empty();
    }
    long now = System.nanoTime();
    String tokenHash = token.text().map(Sessions::hash).orElse("");
    sessions.values().removeIf(s -> now - s.endsAtNanos() >= 0 || !s.tokenHash().equals(tokenHash));
    return Optional.ofNullable(sessions.get(hash(name)));
  }

  public synchronized void close(@Nullable String name) {
    if (name != null) {
      sessions.remove(hash(name));
    }
  }

  private String secret() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
