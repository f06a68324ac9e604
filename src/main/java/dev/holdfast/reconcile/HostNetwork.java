package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.probe.Prober;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells a host whose network does not reach its containers, after a firewall was reloaded, say,
 * from a release that is bad. A container's kernel answers on a closed port whatever its program
 * does, so one that is not reached there is not reached at all; and where no container beside it on
 * the same networks is reached either, those that this deployment never touched among them, it is
 * not the release.
 */
final class HostNetwork {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MOST_ASKED = 6;

  private final Prober prober;

  HostNetwork(Prober prober) {
    this.prober = prober;
  }

  /** Why what was seen of a container tells nothing; empty where it does. */
  Optional<String> broken(@Nullable ObservedContainer subject, ObservedState seen) {
    if (subject == null || reaches(subject)) {
      return Optional.empty();
    }
    List<ObservedContainer> peers =
        seen.containers().stream()
            .filter(c -> !c.id().equals(subject.id()) && runsWithAddress(c))
            .filter(
                c -> !Collections.disjoint(c.addresses().keySet(), subject.addresses().keySet()))
            .limit(MOST_ASKED)
            .toList();
    return peers.stream().anyMatch(this::isReached)
        ? Optional.empty()
        : Optional.of(reason(subject, peers));
  }

  /** The same where it is no container in particular that fails. */
  Optional<String> broken(ObservedState seen) {
    return seen.containers().stream()
        .filter(HostNetwork::runsWithAddress)
        .findFirst()
        .flatMap(container -> broken(container, seen));
  }

  /** One without an address is not reached over the network, and so counts as if it were. */
  boolean reaches(ObservedContainer container) {
    return !runsWithAddress(container) || isReached(container);
  }

  private boolean isReached(ObservedContainer container) {
    return prober.reach(container, PATIENCE) instanceof Prober.Sample.Passed;
  }

  private static boolean runsWithAddress(ObservedContainer container) {
    return container.state() == State.RUNNING && !container.addresses().isEmpty();
  }

  private static String reason(ObservedContainer subject, List<ObservedContainer> peers) {
    List<String> others = peers.stream().map(ObservedContainer::name).toList();
    return "the host's network is broken: "
        + subject.name()
        + " at "
        + String.join(", ", subject.addresses().values())
        + " is not reached from the host, on no port"
        + (others.isEmpty() ? "" : ", nor is " + String.join(", ", others))
        + ". That is not the release's fault: it is neither confirmed nor rolled back until the"
        + " network is mended. Often a firewall was reloaded and the engine's rules went with it:"
        + " see `iptables -S DOCKER` and `iptables -S OUTPUT`; restarting the engine writes its own"
        + " anew";
  }
}
