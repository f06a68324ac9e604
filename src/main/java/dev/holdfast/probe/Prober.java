package dev.holdfast.probe;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import java.time.Duration;

/**
 * Asks a container or a URL once. It never throws for an answer that did not come: that is a {@link
 * Sample}.
 */
public interface Prober {
  /** One sample of a service's own probe, at the container's own address or inside it. */
  Sample probe(ObservedContainer container, Probe.Check check, Duration timeout);

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
