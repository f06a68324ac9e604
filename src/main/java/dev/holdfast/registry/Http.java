package dev.holdfast.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request and its whole answer, within a hard limit of time and size.
 *
 * <p>HttpURLConnection, because HttpClient costs the daemon 17 MB and a selector thread for a few
 * requests a minute. Its own limits are per read, so that a server could feed it a byte a second
 * for ever: each exchange therefore runs in a virtual thread, whose interruption closes the socket
 * wherever it waits (connect, TLS handshake, headers, body). Redirects are left to the caller, and
 * an authenticator that knows nobody keeps it from logging in by itself. A connection that is
 * closed before the first byte of an answer it tries once more, unasked, as kept connections go
 * stale.
 */
final class Http {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int READ_MILLIS = 15_000;
  private static final int MAX_ERROR_BODY = 16 * 1024;
  private static final Authenticator NOBODY = new Authenticator() {};

  record Request(
      String method,
      URI uri,
      Map<String, String> headers,
      @Nullable String body,
      int maxAnswerBytes) {
    Request to(URI other, Map<String, String> otherHeaders) {
      return new Request(method, other, otherHeaders, body, maxAnswerBytes);
    }
  }

  /** The headers' names compare without case; the body of an error may be cut. Never compared. */
  @SuppressWarnings("ArrayRecordComponent")
  record Response(int status, URI uri, Map<String, List<String>> headers, byte[] body) {
    List<String> all(String name) {
      return headers.getOrDefault(name, List.of());
    }

    Optional<String> first(String name) {
      return all(name).stream().findFirst().map(String::strip);
    }
  }

  Response send(Request request, Duration limit) throws IOException {
    FutureTask<Response> exchange = new FutureTask<>(() -> exchange(request));
    Thread thread = Thread.ofVirtual().name("registry " + request.uri().getHost()).start(exchange);
    try {
      return exchange.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new SocketTimeoutException("no complete answer within " + seconds(limit));
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the agent is stopping");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private static Response exchange(Request request) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) request.uri().toURL().openConnection();
    prepare(connection, request);
    boolean drained = false;
    try {
      String body = request.body();
      if (body != null) {
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
      }
      int status = connection.getResponseCode();
      if (status < 100) {
        throw new IOException("the answer is not HTTP");
      }
      Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      connection.getHeaderFields().forEach((name, values) -> putNamed(headers, name, values));
      byte[] answer = body(connection, status, request.maxAnswerBytes());
      drained = status < 400 || answer.length < MAX_ERROR_BODY;
      return new Response(status, request.uri(), headers, answer);
    } finally {
      if (!drained) {
        connection.disconnect();
      }
    }
  }

  private static void putNamed(
      Map<String, List<String>> headers, @Nullable String name, List<String> values) {
    if (name != null) {
      // HttpURLConnection lists repeated headers last first.
      headers.put(name, values.reversed());
    }
  }

  private static void prepare(HttpURLConnection connection, Request request) throws IOException {
    connection.setAuthenticator(NOBODY);
    connection.setRequestMethod(request.method());
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    request.headers().forEach(connection::setRequestProperty);
  }

  private static byte[] body(HttpURLConnection connection, int status, int max) throws IOException {
    try (InputStream stream =
        status >= 400 ? connection.getErrorStream() : connection.getInputStream()) {
      if (stream == null) {
        return new byte[0];
      }
      if (status >= 400) {
        return stream.readNBytes(MAX_ERROR_BODY);
      }
      byte[] bytes = stream.readNBytes(max + 1);
      if (bytes.length > max) {
        throw new IOException("the answer is larger than " + max + " bytes");
      }
      return bytes;
    }
  }

  private static String seconds(Duration limit) {
    return limit.toMillis() / 1000 + " s";
  }
}
