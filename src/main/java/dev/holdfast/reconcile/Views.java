package dev.holdfast.reconcile;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Names;
import dev.holdfast.plan.RollbackOutlook;
import dev.holdfast.plan.Stage;
import dev.holdfast.reconcile.AppView.ContainerView;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.AppView.ServiceView;
import dev.holdfast.reconcile.AppView.SourceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the view of an app from what the last attempt saw. */
final class Views {
  private Views() {}

  static AppView unknown(AppSettings settings, String reason) {
    SourceView source = new SourceView(settings.sourceUrl(), null, null, null, null);
    return new AppView(
        settings.app(),
        Phase.Unknown,
        reason,
        settings.environment(),
        settings.server(),
        null,
        null,
        null,
        null,
        source,
        null,
        null,
        List.of(),
        null,
        null,
        List.of(),
        null,
        null,
        null,
        List.of());
  }

  static AppView of(
      ViewFacts facts,
      Phase phase,
      @Nullable String reason,
      @Nullable AppView before,
      Instant now) {
    Memory memory = facts.memory();
    Memory.Confirmed good = memory.confirmed().isEmpty() ? null : memory.confirmed().getFirst();
    Instant unchangedSince =
        before != null && before.phase() == phase && sameRelease(before, good)
            ? before.since()
            : null;
    return new AppView(
        facts.settings().app(),
        phase,
        reason,
        facts.settings().environment(),
        facts.settings().server(),
        good == null ? null : good.release(),
        good == null ? null : good.version(),
        good == null ? null : good.commit(),
        unchangedSince == null ? since(phase, good, now) : unchangedSince,
        facts.source(),
        facts.desired(),
        memory.lastGood(),
        List.copyOf(memory.quarantined().values()),
        memory.hold(),
        Approvals.of(facts, good == null ? null : facts.current()),
        services(facts),
        facts.inFlight() == null ? null : facts.inFlight().deploymentId(),
        rollback(facts),
        awaits(facts.inFlight()),
        List.of());
  }

  private static AppView.@Nullable Awaits awaits(@Nullable DeploymentRecord record) {
    if (record == null || !record.waits() || record.steps().isEmpty()) {
      return null;
    }
    DeploymentRecord.StepRecord last = record.steps().getLast();
    if (last.status() != DeploymentRecord.StepStatus.RUNNING) {
      return null;
    }
    return last.step().equals(Stage.APPROVE.text())
        ? AppView.Awaits.APPROVAL
        : last.step().equals(Stage.WINDOW.text()) ? AppView.Awaits.WINDOW : null;
  }

  /**
   * Of a deployment in flight alone. What is still to run of its migrations is taken to be all that
   * has not: a view must not plan.
   */
  private static AppView.@Nullable Rollback rollback(ViewFacts facts) {
    DeploymentRecord record = facts.inFlight();
    Release release = facts.next();
    if (record == null
        || release == null
        || record.status() != DeploymentRecord.Status.IN_PROGRESS
        || !record.release().equals(release.id())) {
      return null;
    }
    SortedSet<Integer> coming = new TreeSet<>();
    for (int i = 0;
        record.kind() == DeploymentRecord.Kind.DEPLOY && i < release.rollout().migrations().size();
        i++) {
      coming.add(i);
    }
    RollbackOutlook outlook = RollbackOutlook.of(release, record.previousRelease(), record, coming);
    return new AppView.Rollback(record.release(), outlook.automatic(), outlook.reason());
  }

  private static boolean sameRelease(AppView before, Memory.@Nullable Confirmed good) {
    return Objects.equals(before.release(), good == null ? null : good.release());
  }

  private static Instant since(Phase phase, Memory.@Nullable Confirmed good, Instant now) {
    return phase == Phase.Synced && good != null ? good.at() : now;
  }

  private static List<ServiceView> services(ViewFacts facts) {
    TreeSet<String> names = new TreeSet<>();
    if (facts.current() != null) {
      names.addAll(facts.current().services().keySet());
    }
    if (facts.seen() != null) {
      facts.seen().containers().stream()
          .filter(c -> !c.oneOff() && c.active())
          .forEach(c -> names.add(c.service()));
    }
    List<ServiceView> views = new ArrayList<>();
    names.forEach(name -> views.add(service(name, facts)));
    return views;
  }

  private static ServiceView service(String name, ViewFacts facts) {
    Release.Service wanted = facts.current() == null ? null : facts.current().services().get(name);
    // One that stepped aside is kept for a rollback and says nothing of how the service is.
    List<ObservedContainer> containers =
        facts.seen() == null
            ? List.of()
            : facts.seen().of(name).stream().filter(c -> c.active() || !Names.isAside(c)).toList();
    boolean inSync =
        wanted != null
            && containers.stream()
                .anyMatch(
                    c ->
                        c.isOf(facts.settings().app(), wanted.configHash())
                            && (c.active() || completed(c)));
    return new ServiceView(
        name,
        image(wanted, containers, inSync),
        digest(wanted, containers, inSync),
        containers.stream().map(Views::container).toList(),
        inSync);
  }

  /** What runs, where that is not what is wanted. */
  private static @Nullable String image(
      Release.@Nullable Service wanted, List<ObservedContainer> containers, boolean inSync) {
    Optional<ObservedContainer> other = other(wanted, containers, inSync);
    if (other.isEmpty()) {
      return wanted == null ? null : wanted.image().display();
    }
    String digest = other.get().imageDigests().stream().findFirst().orElse("");
    int at = digest.indexOf("@sha256:");
    return at < 0 ? other.get().imageId() : digest.substring(0, Math.min(digest.length(), at + 20));
  }

  private static @Nullable String digest(
      Release.@Nullable Service wanted, List<ObservedContainer> containers, boolean inSync) {
    Optional<ObservedContainer> other = other(wanted, containers, inSync);
    if (other.isEmpty()) {
      return wanted == null ? null : wanted.image().digest().value();
    }
    return other.get().imageDigests().stream()
        .findFirst()
        .map(text -> text.substring(text.indexOf('@') + 1))
        .orElse(null);
  }

  private static Optional<ObservedContainer> other(
      Release.@Nullable Service wanted, List<ObservedContainer> containers, boolean inSync) {
    return inSync
        ? Optional.empty()
        : containers.stream()
            .filter(ObservedContainer::active)
            .filter(c -> wanted == null || !runs(c, wanted))
            .findFirst();
  }

  private static boolean runs(ObservedContainer container, Release.Service wanted) {
    String digest = "@" + wanted.image().digest();
    return container.imageDigests().stream().anyMatch(d -> d.endsWith(digest));
  }

  private static boolean completed(ObservedContainer container) {
    return Integer.valueOf(0).equals(container.exitCode());
  }

  private static ContainerView container(ObservedContainer container) {
    return new ContainerView(
        container.id(),
        container.name(),
        container.state().name().toLowerCase(Locale.ROOT),
        container.health() == Health.NONE
            ? null
            : container.health().name().toLowerCase(Locale.ROOT),
        container.restarts(),
        container.startedAt());
  }
}
