package dev.holdfast.notify;

import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request and its answer, within limits of time and size. Redirects are not followed: a
 * token or a message would go to who knows whom.
 */
final class Http {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int READ_MILLIS = 10_000;
  private static final int MOST_ANSWER = 256 * 1024;
  private static final Authenticator NOBODY = new Authenticator() {};

  private final Duration limit;

  Http(Duration limit) {
    this.limit = limit;
  }

  record Request(String method, String url, Map<String, String> headers, @Nullable String body) {}

  /** {@code retryAfter}: the header's text, or null. The body may be cut. */
  record Answer(int status, @Nullable String retryAfter, String body) {
    boolean ok() {
      return status >= 200 && status < 300;
    }
  }

  /**
   * @throws IOException whose text may name the address; {@link Answers#failed} says it without
   */
  Answer send(Request request) throws IOException {
    return Limit.within(limit, "http", () -> exchange(request));
  }

  private static Answer exchange(Request request) throws IOException {
    HttpURLConnection connection = open(request.url());
    try {
      connection.setAuthenticator(NOBODY);
      connection.setRequestMethod(request.method());
      connection.setConnectTimeout(CONNECT_MILLIS);
      connection.setReadTimeout(READ_MILLIS);
      connection.setInstanceFollowRedirects(false);
      connection.setUseCaches(false);
      connection.setRequestProperty("User-Agent", "holdfast");
      request.headers().forEach(connection::setRequestProperty);
      String body = request.body();
      if (body != null) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        connection.setDoOutput(true);
        // With its length known it is streamed, and so never sent a second time unasked.
        connection.setFixedLengthStreamingMode(bytes.length);
        connection.getOutputStream().write(bytes);
      }
      int status = connection.getResponseCode();
      if (status < 100) {
        throw new IOException("the answer is not HTTP");
      }
      return new Answer(status, connection.getHeaderField("Retry-After"), body(connection, status));
    } finally {
      // A message an hour: nothing is gained by a connection that stays open.
      connection.disconnect();
    }
  }

  private static HttpURLConnection open(String url) throws IOException {
    try {
      URI uri = new URI(url);
      boolean http = "http".equalsIgnoreCase(uri.getScheme());
      if ((http || "https".equalsIgnoreCase(uri.getScheme()))
          && uri.getHost() != null
          && uri.toURL().openConnection() instanceof HttpURLConnection connection) {
        return connection;
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new MalformedURLException("not a URL");
    }
    throw new MalformedURLException("not an http or https URL with a host");
  }

  private static String body(HttpURLConnection connection, int status) throws IOException {
    try (InputStream stream =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      return stream == null
          ? ""
          : new String(stream.readNBytes(MOST_ANSWER), StandardCharsets.UTF_8);
    }
  }
}
