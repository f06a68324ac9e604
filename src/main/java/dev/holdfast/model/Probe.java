package dev.holdfast.model;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A service's own probe, run by the agent.
 *
 * @param retries failures in a row, after {@code startPeriod}, that mean unhealthy
 * @param successes in a row that mean healthy
 */
public record Probe(
    Check check,
    Duration interval,
    Duration timeout,
    int retries,
    Duration startPeriod,
    int successes) {
  public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(2);
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);
  public static final Duration DEFAULT_START_PERIOD = Duration.ofSeconds(30);
  public static final int DEFAULT_RETRIES = 5;

  /** What is asked. */
  public sealed interface Check {
    /**
     * At the container's own address. {@code statuses}: those that pass. {@code body}: text that
     * the answer must contain, or null; {@code matches}: an RE2 expression that must be found in
     * it, or null. {@code verify}: the certificate must be good for the name in the Host header.
     * Redirects are not followed.
     */
    record Http(
        int port,
        String path,
        String scheme,
        List<Integer> statuses,
        @Nullable String body,
        SortedMap<String, String> headers,
        @Nullable String matches,
        boolean verify)
        implements Check {
      public Http {
        statuses = List.copyOf(statuses);
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
      }
    }

    /**
     * From the host, as a user would: through the published port or the proxy before it. {@code
     * insecure}: any certificate will do.
     */
    record Url(
        String url,
        List<Integer> statuses,
        @Nullable String body,
        SortedMap<String, String> headers,
        @Nullable String matches,
        boolean insecure)
        implements Check {
      public Url {
        statuses = List.copyOf(statuses);
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
      }
    }

    record Tcp(int port) implements Check {}

    /** In the container; exit status 0 passes. */
    record Exec(List<String> command) implements Check {
      public Exec {
        command = List.copyOf(command);
      }
    }
  }
}
