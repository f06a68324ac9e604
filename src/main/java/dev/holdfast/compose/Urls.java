package dev.holdfast.compose;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that the agent is to ask from the server. A source can make it ask, so agent.yaml says
 * which; the text is held against its patterns in a form that has one spelling.
 */
final class Urls {
  private Urls() {}

  static Optional<String> read(Fields fields, String key, Permissions permissions) {
    String text = fields.text(key);
    URI uri = text == null ? null : parsed(text);
    if (text == null || uri == null) {
      fields.error(key, "must be a whole address that starts with http:// or https://");
      return Optional.empty();
    }
    if (!permissions.allowsUrl(compared(uri))) {
      fields.error(
          key,
          "is an address that this app may not make the agent ask; agent.yaml allows it with"
              + " allow-urls");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private static @Nullable URI parsed(String text) {
    try {
      URI uri = new URI(text);
      @Nullable String scheme = uri.getScheme();
      boolean http = "http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme);
      return http && uri.getHost() != null && uri.getPort() <= 65_535 ? uri : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** Lower case, without user, the path's dots and the scheme's own port. */
  private static String compared(URI uri) {
    String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
    boolean usual = uri.getPort() == (scheme.equals("https") ? 443 : 80) || uri.getPort() < 0;
    String path = uri.normalize().getRawPath();
    return scheme
        + "://"
        + uri.getHost().toLowerCase(Locale.ROOT)
        + (usual ? "" : ":" + uri.getPort())
        + (path == null || path.isEmpty() ? "/" : path);
  }
}
