package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Memory.Quarantine;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Names;
import dev.holdfast.plan.OneShots;
import dev.holdfast.plan.Planner;
import dev.holdfast.plan.Stage;
import dev.holdfast.reconcile.AppReconciler.Result;
import dev.holdfast.reconcile.AppView.Phase;
import dev.holdfast.reconcile.Definition.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Between deployments: an app is kept at its last good release, or left alone where a person holds
 * it or nothing is known to deploy, and whatever stands in the way of the desired one is said.
 */
final class Keeping {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;
  private final Sight sight;
  private final Begin begin;
  private final AppFacts facts;
  private final Drift drift;
  private final Shells shells;
  private boolean tidy;
  private boolean looked;

  Keeping(
      AppSettings settings,
      AppPorts ports,
      AppMemory memory,
      Sight sight,
      Begin begin,
      AppFacts facts,
      Shells shells) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
    this.sight = sight;
    this.begin = begin;
    this.facts = facts;
    this.shells = shells;
    this.drift = new Drift(ports);
  }

  void engineLost(EngineException why) {
    if (why instanceof EngineException.Unreachable) {
      drift.engineAway();
    } else {
      drift.engineLost();
    }
  }

  /** A deployment left things behind that the next quiet look puts away. */
  void untidy() {
    tidy = false;
    looked = true;
  }

  Result keep(String lastGood, @Nullable String desired) {
    Optional<Release> release = facts.releaseOf(lastGood);
    if (release.isEmpty()) {
      return forgotten(lastGood);
    }
    Release current = release.get();
    facts.current = current;
    Secrets.register(current, ports.redactor());
    ports.store().restoreSecrets(current);
    ObservedState seen = sight.of(current);
    facts.seen = seen;
    sight.remember(current, seen);
    rename(current.id());
    Drift.Outcome outcome = new Drift.Outcome(List.of(), false, false, null);
    boolean cleans = memory.read().unresolved() == null;
    if (!drift.plan(current, seen, cleans).isEmpty()) {
      Requests requests = begin.requests(current, "drift", facts.targetOf(current.id()), seen);
      outcome =
          drift.correct(
              new Work(current, current, requests, memory, sight, looked -> {}, shells),
              seen,
              cleans);
      facts.seen = sight.of(current);
    }
    if (outcome.unknown() != null) {
      return new Result(Phase.Unknown, outcome.unknown(), false, false);
    }
    // Not at the first look, which people wait for; what an earlier life left can wait.
    if (!tidy && looked) {
      begin.tidy();
      tidy = true;
    }
    looked = true;
    return kept(current, desired, outcome);
  }

  Result leaveAlone(Memory known) {
    String lastGood = known.lastGood();
    facts.current = lastGood == null ? null : facts.releaseOf(lastGood).orElse(null);
    facts.seen = seenBeside(facts.current);
    Memory.Hold hold = known.hold();
    // Who told the agent to leave it did not ask for data that nobody knows: that is an error.
    boolean broken = hold != null && !hold.owed().isEmpty() && !hold.endsOnceRestored();
    return new Result(
        broken ? Phase.Degraded : Phase.Held, hold == null ? null : hold.reason(), false, true);
  }

  private ObservedState seenBeside(@Nullable Release release) {
    return release == null ? ports.engine().observe(settings.app(), null) : sight.of(release);
  }

  Result nothing(Memory known, @Nullable String desired) {
    Look look = facts.look;
    Quarantine quarantine = desired == null ? null : known.quarantined().get(desired);
    facts.current =
        quarantine == null || look == null || look.target() == null
            ? null
            : look.target().release();
    facts.seen = seenBeside(facts.current);
    if (quarantine != null) {
      return new Result(
          Phase.Degraded,
          "the first release failed and is in quarantine: " + quarantine.reason(),
          false,
          true);
    }
    String reason =
        look == null || look.problems().isEmpty()
            ? "nothing is known to deploy"
            : String.join("\n", look.problems());
    return new Result(Phase.Degraded, ports.redactor().redact(reason), false, true);
  }

  private Result forgotten(String lastGood) {
    return new Result(
        Phase.Degraded,
        "release "
            + lastGood
            + " was confirmed, and its description is lost: it is kept as it runs until the desired state can be read",
        false,
        false);
  }

  /**
   * The same release under a new version or commit is no deployment, and still what people wait
   * for.
   */
  private void rename(String release) {
    Definition.Target target = facts.targetOf(release);
    if (target == null) {
      return;
    }
    memory.change(
        m -> {
          Memory.Confirmed good = m.confirmed().getFirst();
          boolean same =
              Objects.equals(good.version(), target.name().version())
                  && Objects.equals(good.commit(), target.name().commit())
                  && Objects.equals(good.gitSha(), target.revision());
          Memory.Confirmed renamed =
              new Memory.Confirmed(
                  release,
                  target.name().version(),
                  target.name().commit(),
                  target.revision(),
                  good.at());
          return same || !good.release().equals(release)
              ? m
              : m.confirm(renamed, settings.keepReleases());
        });
  }

  private Result kept(Release current, @Nullable String desired, Drift.Outcome outcome) {
    List<String> reasons = new ArrayList<>();
    Look look = facts.look;
    if (look != null) {
      reasons.addAll(look.problems());
    }
    Quarantine quarantine = desired == null ? null : memory.read().quarantined().get(desired);
    if (quarantine != null && !quarantine.release().equals(current.id())) {
      reasons.add(left(quarantine));
    }
    reasons.addAll(outcome.problems());
    reasons.addAll(unhealthy(current));
    boolean again = outcome.corrected() && outcome.problems().isEmpty();
    List<String> notices = new ArrayList<>(SettledTags.notices(memory.read()));
    Optional<String> left = leftBehind(current);
    left.ifPresent(reasons.isEmpty() ? notices::add : reasons::add);
    return reasons.isEmpty()
        ? new Result(
            Phase.Synced,
            notices.isEmpty() ? null : String.join("\n", notices),
            again,
            !outcome.leaves())
        : new Result(
            Phase.Degraded,
            ports.redactor().redact(String.join("\n", reasons)),
            false,
            !outcome.leaves());
  }

  /** Of a rollback that failed: whoever is called finds all of it, and says when it may go. */
  private Optional<String> leftBehind(Release current) {
    String failed = memory.read().unresolved();
    ObservedState seen = facts.seen;
    if (failed == null || seen == null) {
      return Optional.empty();
    }
    List<String> names = Planner.leftOver(current, seen);
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "the rollback of deployment "
                + failed
                + " failed, and what is left of it stays: "
                + String.join(", ", names)
                + "; it goes once a later release is confirmed, or with `holdfast resume "
                + settings.app()
                + "` once the app is well");
  }

  /** One that a person rejected did not fail. */
  private static String left(Quarantine quarantine) {
    String approve = Stage.APPROVE.text() + ": ";
    return quarantine.reason().startsWith(approve)
        ? "release "
            + quarantine.release()
            + " is not rolled out: "
            + quarantine.reason().substring(approve.length())
        : "release "
            + quarantine.release()
            + " failed and is in quarantine: "
            + quarantine.reason();
  }

  private List<String> unhealthy(Release current) {
    ObservedState seen = facts.seen;
    if (seen == null) {
      return List.of();
    }
    return seen.containers().stream()
        .filter(c -> !c.oneOff() && serves(current, c))
        .filter(c -> isTroubled(current, c))
        .map(c -> "container " + c.name() + " is " + trouble(c))
        .toList();
  }

  private static boolean serves(Release current, ObservedContainer container) {
    Release.Service service = current.services().get(container.service());
    return service != null
        && container.isOf(current.app(), service.configHash())
        && !Names.isAside(container);
  }

  private static boolean isTroubled(Release current, ObservedContainer container) {
    boolean endedWell =
        OneShots.isOneShot(current, container.service()) && Objects.equals(container.exitCode(), 0);
    return container.health() == Health.UNHEALTHY
        || container.state() == State.RESTARTING
        || (container.state() == State.EXITED && !endedWell);
  }

  private static String trouble(ObservedContainer container) {
    return container.health() == Health.UNHEALTHY
        ? "unhealthy"
        : container.state().name().toLowerCase(Locale.ROOT);
  }
}
