package dev.holdfast.probe;

import dev.holdfast.probe.Prober.Sample;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks on a virtual thread and gives up when the time is over: its interrupt closes the socket at
 * whatever step it stands, so that resolving, connecting, TLS and an answer that drips share one
 * limit.
 */
final class Deadline {
  private Deadline() {}

  static Sample within(Duration timeout, String subject, NetProber.Attempt attempt) {
    FutureTask<Sample> task = new FutureTask<>(attempt::make);
    Thread thread = Thread.ofVirtual().name("probe " + subject).start(task);
    try {
      return task.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return new Sample.Refused(
          subject + " gave no answer within " + timeout.plusNanos(999_999).toMillis() + " ms");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Sample.Unasked("the agent stopped waiting for " + subject);
    } catch (ExecutionException e) {
      return failed(subject, e.getCause() == null ? e : e.getCause());
    } finally {
      task.cancel(true);
      thread.interrupt();
    }
  }

  private static Sample failed(String subject, Throwable cause) {
    String reason =
        subject
            + ": "
            + cause.getClass().getSimpleName()
            + (cause.getMessage() == null ? "" : ", " + cause.getMessage());
    return switch (cause) {
      case NoRouteToHostException e -> new Sample.Unasked(reason);
      case Addresses.Forbidden e -> new Sample.Unasked(subject + ": " + e.getMessage());
      case UnknownHostException e -> new Sample.Unasked(subject + ": its name cannot be resolved");
      case ConnectException e ->
          unreachable(e) ? new Sample.Unasked(reason) : new Sample.Refused(reason);
      case SocketException e ->
          unreachable(e) ? new Sample.Unasked(reason) : new Sample.Refused(reason);
      case IOException e -> new Sample.Refused(reason);
      case Error error -> throw error;
      default -> new Sample.Unasked(reason);
    };
  }

  /** The host's network, not the service, is what fails here. */
  private static boolean unreachable(SocketException e) {
    return String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains("unreachable");
  }
}
