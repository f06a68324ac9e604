package dev.holdfast.registry;

import dev.holdfast.registry.Http.Request;
import dev.holdfast.registry.Http.Response;
import dev.holdfast.registry.RegistryException.TryLater;
import dev.holdfast.registry.RegistryException.Unavailable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests within the budget and counts them, and gives the answers that concern no question
 * in particular (nothing came, 429, 5xx) their meaning in one place.
 */
final class Wire {
  private static final Duration LIMIT = Duration.ofSeconds(15);
  private final Http http;
  private final Throttle throttle;
  private final RegistryListener listener;
  private final Ticks ticks;

  Wire(Http http, Throttle throttle, RegistryListener listener, Ticks ticks) {
    this.http = http;
    this.throttle = throttle;
    this.listener = listener;
    this.ticks = ticks;
  }

  /** Whom a question is about, and until when it may take. */
  record Question(String what, Endpoint endpoint, String repository, long deadline) {
    String registry() {
      return endpoint.registry();
    }

    String could(String why) {
      return "could not " + what + " because " + why;
    }
  }

  /**
   * An answer below 500 that is not 429.
   *
   * @param asked who is asked, as people know it
   * @throws TryLater for 429 and spent budgets
   * @throws Unavailable where nothing came, and for 5xx
   */
  Response send(Question question, Request request, String asked) {
    throttle.spend(question.registry());
    Response answer = exchange(question, request, asked);
    int status = answer.status();
    boolean told = status == 503 && answer.first("Retry-After").isPresent();
    if (status == 429 || told) {
      throw throttle.tooMany(question.registry(), answer, "could not " + question.what());
    }
    if (status >= 500) {
      throw failed(question, asked + " answered " + status, null);
    }
    return answer;
  }

  private Response exchange(Question question, Request request, String asked) {
    int status = 0;
    try {
      Response answer = http.send(request, limit(question));
      status = answer.status();
      return answer;
    } catch (UnknownHostException e) {
      throw unreachable(question, asked + " has no address in the DNS", e);
    } catch (ConnectException | NoRouteToHostException e) {
      throw unreachable(question, asked + " cannot be reached (" + e.getMessage() + ")", e);
    } catch (SSLException e) {
      throw unreachable(
          question, "TLS with " + asked + " failed (" + e.getMessage() + ")" + tlsAdvice(), e);
    } catch (SocketTimeoutException e) {
      String why = asked + " did not answer in time (" + e.getMessage() + ")";
      boolean connecting = "Connect timed out".equalsIgnoreCase(e.getMessage());
      throw connecting ? unreachable(question, why, e) : failed(question, why, e);
    } catch (IOException e) {
      throw failed(question, "the answer of " + asked + " broke off (" + reason(e) + ")", e);
    } finally {
      listener.requested(question.registry(), status);
    }
  }

  private Duration limit(Question question) {
    Duration left = ticks.until(question.deadline());
    Duration limit = left.compareTo(LIMIT) < 0 ? left : LIMIT;
    return limit.isPositive() ? limit : Duration.ofMillis(1);
  }

  private static String tlsAdvice() {
    return "; check its certificate, or set insecure: true for plain http";
  }

  private static String reason(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }

  private Unavailable unreachable(Question question, String why, IOException cause) {
    long until = throttle.unreachable(question.registry(), why);
    return unavailable(question, why, until, cause);
  }

  /** Also for answers that make no sense: asked again later, ever later. */
  Unavailable failed(Question question, String why, @Nullable IOException cause) {
    long until = throttle.failed(question.registry(), question.repository(), why);
    return unavailable(question, why, until, cause);
  }

  private Unavailable unavailable(
      Question question, String why, long until, @Nullable IOException cause) {
    String again = RetryHints.readable(ticks.instantOf(until));
    return new Unavailable(question.could(why) + "; it is asked again after " + again, cause);
  }
}
