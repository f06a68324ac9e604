package dev.holdfast.probe;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.WatchSpec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Asks over the network from the host, or by the engine's exec.
 *
 * <ol>
 *   <li>A container may have several addresses and listen on one of them: the first that passes
 *       counts, then the first that answers with a no, and only where none could be asked the
 *       question counts as not put.
 *   <li>A connection that is refused or reset, an answer that is late or wrong and an exit status
 *       other than 0 are a no. No route, no address, no name and an engine that cannot exec are
 *       not.
 * </ol>
 */
public final class NetProber implements Prober {
  private static final int LONGEST_LINE = 200;

  private final Exec engine;

  /**
   * @param engine how a command is run in a container: {@code engine::exec}
   */
  public NetProber(Exec engine) {
    this.engine = engine;
  }

  /** The one thing that probes want of the engine; as {@link dev.holdfast.docker.Engine#exec}. */
  @FunctionalInterface
  public interface Exec {
    int exec(String id, List<String> command, Duration timeout, Consumer<String> output);
  }

  @Override
  public Sample probe(ObservedContainer container, Probe.Check check, Duration timeout) {
    return switch (check) {
      case Probe.Check.Http http ->
          anyAddress(
              container, timeout, (address, left) -> get(HttpQuestion.of(http, address), left));
      case Probe.Check.Tcp tcp ->
          anyAddress(container, timeout, (address, left) -> connect(address, tcp.port(), left));
      case Probe.Check.Exec exec -> exec(container, exec.command(), timeout);
      case Probe.Check.Url url -> url(url.url(), to -> HttpQuestion.of(url, to), timeout);
    };
  }

  @Override
  public Sample reach(ObservedContainer container, Duration timeout) {
    return anyAddress(container, timeout, Reach::of);
  }

  @Override
  public Beat beat(ObservedContainer container, Probe.Check check, Duration limit) {
    return new PollingBeat(timeout -> probe(container, check, timeout), limit);
  }

  @Override
  public Reading read(WatchSpec.Metric metric, Duration timeout) {
    return Prometheus.read(metric, timeout);
  }

  @Override
  public Sample http(Smoke.Http smoke, Duration timeout) {
    return url(smoke.url(), url -> HttpQuestion.of(smoke, url), timeout);
  }

  private static Sample url(String text, Function<URI, HttpQuestion> question, Duration timeout) {
    URI url;
    try {
      url = URI.create(text);
    } catch (IllegalArgumentException e) {
      return new Sample.Unasked("its address is not a URL");
    }
    if (url.getHost() == null
        || !List.of("http", "https")
            .contains(String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT))) {
      return new Sample.Unasked("its address is not an http or https URL with a host");
    }
    return get(question.apply(url), timeout);
  }

  @FunctionalInterface
  private interface Question {
    Sample ask(String address, Duration left);
  }

  private static Sample anyAddress(
      ObservedContainer container, Duration timeout, Question question) {
    List<String> addresses = container.addresses().values().stream().distinct().toList();
    if (addresses.isEmpty()) {
      return new Sample.Unasked(
          "container "
              + container.name()
              + " has no address: it does not run, or is on no network");
    }
    Sample best = null;
    long end = System.nanoTime() + timeout.toNanos();
    for (int i = 0; i < addresses.size(); i++) {
      Duration share =
          Duration.ofNanos(Math.max(end - System.nanoTime(), 1)).dividedBy(addresses.size() - i);
      Sample sample = question.ask(addresses.get(i), share);
      if (sample instanceof Sample.Passed) {
        return sample;
      }
      best = best == null || best instanceof Sample.Unasked ? sample : best;
    }
    return best == null ? new Sample.Unasked("nothing was asked") : best;
  }

  private static Sample get(HttpQuestion question, Duration timeout) {
    return Deadline.within(
        timeout, question.subject(), () -> question.judge(HttpGet.ask(question)));
  }

  private static Sample connect(String address, int port, Duration timeout) {
    String subject = "port " + port + " of " + address;
    return Deadline.within(
        timeout,
        subject,
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port));
            return new Sample.Passed(subject + " is open");
          }
        });
  }

  private Sample exec(ObservedContainer container, List<String> command, Duration timeout) {
    String[] last = {""};
    try {
      int status = engine.exec(container.id(), command, timeout, line -> keep(last, line));
      String words = last[0].isEmpty() ? "" : ": " + last[0];
      return status == 0
          ? new Sample.Passed(command.getFirst() + " ended with 0")
          : new Sample.Refused(command.getFirst() + " ended with " + status + words);
    } catch (EngineException.TimedOut e) {
      return new Sample.Refused(String.valueOf(e.getMessage()));
    } catch (EngineException e) {
      return new Sample.Unasked(String.valueOf(e.getMessage()));
    }
  }

  private static void keep(String[] last, String line) {
    String text = line.strip();
    if (!text.isEmpty()) {
      last[0] = text.length() > LONGEST_LINE ? text.substring(0, LONGEST_LINE) + "…" : text;
    }
  }

  /** One question in its own time. */
  interface Attempt {
    Sample make() throws IOException;
  }
}
