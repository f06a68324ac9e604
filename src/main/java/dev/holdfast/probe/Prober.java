package dev.holdfast.probe;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.WatchSpec;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Asks a container or a URL once. It never throws for an answer that did not come: that is a {@link
 * Sample}.
 */
public interface Prober {
  /** One sample of a service's own probe, at the container's own address or inside it. */
  Sample probe(ObservedContainer container, Probe.Check check, Duration timeout);

  /**
   * Whether the host's network leads to a running container at all, whatever it serves: a port
   * where nobody listens is refused by the container's own kernel, and that is an answer.
   */
  Sample reach(ObservedContainer container, Duration timeout);

  /** Asks a container again and again at a short tick, for at most {@code limit}, until closed. */
  Beat beat(ObservedContainer container, Probe.Check check, Duration limit);

  /** Puts one query to a Prometheus server. */
  Reading read(WatchSpec.Metric metric, Duration timeout);

  /** When a container was first and last seen to serve, on the clock of {@link System#nanoTime}. */
  interface Beat extends AutoCloseable {
    /** The moment of an answer that passed. */
    OptionalLong first();

    /** The moment at which the last question that passed was put: it served at least until then. */
    OptionalLong last();

    @Override
    void close();
  }

  /** What a query gave. */
  sealed interface Reading {
    /** Every value of the answer, with what it belongs to. */
    record Values(List<Value> values) implements Reading {
      public Values {
        values = List.copyOf(values);
      }
    }

    record Value(String of, double value) {}

    /** It could not be put, or there is nothing to answer with: it says nothing. */
    record None(String reason) implements Reading {}
  }

  /** One try of a smoke test over http. */
  Sample http(Smoke.Http smoke, Duration timeout);

  /** What one question gave. */
  sealed interface Sample {
    record Passed(String detail) implements Sample {}

    /** The service answered, and the answer was no. */
    record Refused(String reason) implements Sample {}

    /** The question could not be put (no exec, no route): this alone never condemns a release. */
    record Unasked(String reason) implements Sample {}
  }
}
