package dev.holdfast.notify;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A hard end for an exchange. Timeouts of sockets are per read, so that a receiver could feed the
 * agent a byte a second for ever: each exchange runs in a virtual thread, whose interruption closes
 * the socket wherever it waits.
 */
final class Limit {
  private Limit() {}

  static <T> T within(Duration limit, String name, Callable<T> exchange) throws IOException {
    FutureTask<T> task = new FutureTask<>(exchange);
    Thread thread = Thread.ofVirtual().name("notify " + name).start(task);
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw new SocketTimeoutException("no complete answer within " + limit.toSeconds() + " s");
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the agent is stopping");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }
}
