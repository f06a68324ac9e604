package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.Memory;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.Intent;
import dev.holdfast.plan.KeepInput;
import dev.holdfast.plan.Plan;
import dev.holdfast.plan.PlanInput;
import dev.holdfast.plan.Planner;
import dev.holdfast.plan.RollbackOutlook;
import dev.holdfast.plan.Stage;
import dev.holdfast.reconcile.Definition.Look;
import dev.holdfast.rollout.Clearance;
import dev.holdfast.rollout.Rules;
import dev.holdfast.rollout.Timetable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an attempt would do now, without doing it: the same look and the same planner. */
final class Diffs {
  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;
  private final Sight sight;

  Diffs(AppSettings settings, AppPorts ports, AppMemory memory) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
    this.sight = new Sight(settings, ports, memory);
  }

  Apps.Diff now() {
    Look look = ports.definition().look();
    Memory known = memory.read();
    try {
      return diff(look, known);
    } catch (EngineException e) {
      List<String> problems = new ArrayList<>(look.problems());
      problems.add(EngineCalls.message(e));
      return new Apps.Diff(
          settings.app(),
          null,
          known.lastGood(),
          false,
          known.hold() != null,
          List.of(),
          List.of(),
          safe(problems));
    }
  }

  private Apps.Diff diff(Look look, Memory known) {
    DeploymentRecord inFlight =
        known.deployment() == null
            ? null
            : ports.store().record(settings.app(), known.deployment()).orElse(null);
    String desired = look.target() == null ? null : look.target().release().id();
    List<String> notes = new ArrayList<>(look.warnings());
    Intent intent = Planner.intent(desired, known, inFlight, ports.time().now());
    return switch (intent) {
      case Intent.CarryOn carryOn -> {
        notes.add(
            "deployment "
                + carryOn.record().deploymentId()
                + (carryOn.record().waits() ? " waits" : " is in progress"));
        yield of(look, known, release(look, carryOn.record().release()), carryOn.record(), notes);
      }
      case Intent.Supersede supersede -> {
        notes.add("deployment " + supersede.record().deploymentId() + " gives way to it");
        yield deploy(look, known, supersede.by(), Kind.DEPLOY, notes);
      }
      case Intent.Deploy deploy -> deploy(look, known, deploy.release(), deploy.kind(), notes);
      case Intent.Keep keep -> keep(look, known, keep.release(), notes);
      case Intent.LeaveAlone leave -> held(look, known);
      case Intent.Nothing nothing -> {
        Memory.Quarantine quarantine = desired == null ? null : known.quarantined().get(desired);
        if (quarantine != null) {
          notes.add("release " + desired + " is in quarantine: " + quarantine.reason());
        }
        yield result(look, known, desired, Plan.EMPTY, notes);
      }
    };
  }

  /** What would be done were it resumed now: a hold hides no change from who asks. */
  private Apps.Diff held(Look look, Memory known) {
    Memory resumed = RestoreHolds.resumed(known).withPinned(null);
    if (resumed.hold() != null) {
      String owed = "it is held until its data is restored; `holdfast why " + settings.app() + "`";
      return result(look, known, known.lastGood(), Plan.EMPTY, List.of(owed)).asHeld();
    }
    Apps.Diff then = diff(look, resumed);
    String what = then.changes() ? "none of this is done" : "nothing is done";
    return then.asHeld()
        .noted("the app is held: " + what + " until `holdfast resume " + settings.app() + "`");
  }

  private Optional<Release> release(Look look, String id) {
    return look.target() != null && look.target().release().id().equals(id)
        ? Optional.of(look.target().release())
        : ports.store().release(settings.app(), id);
  }

  private Apps.Diff deploy(Look look, Memory known, String id, Kind kind, List<String> notes) {
    Optional<Release> release = release(look, id);
    if (release.isEmpty()) {
      notes.add("release " + id + " is not kept any more");
      return result(look, known, id, Plan.EMPTY, notes);
    }
    ObservedState seen = sight.of(release.get());
    List<String> doubts = new Begin(settings, ports, memory).doubts(kind, release.get(), seen);
    if (!doubts.isEmpty()) {
      return refused(look, known, id, doubts, notes);
    }
    notes.addAll(kept(release.get(), seen));
    notes.addAll(ports.engine().notices(release.get()));
    DeploymentRecord record = Begin.draft(settings, ports.time().now(), kind, release.get(), seen);
    return of(look, known, release, record, notes);
  }

  /** Of what docker compose started: each service that stays as it runs. */
  private static List<String> kept(Release release, ObservedState seen) {
    List<String> notes = new ArrayList<>();
    release
        .services()
        .forEach(
            (name, service) ->
                seen.of(name).stream()
                    .filter(c -> !c.isOurs(release.app()))
                    .filter(c -> c.isOf(release.app(), service.configHash()))
                    .findFirst()
                    .ifPresent(
                        c ->
                            notes.add(
                                name
                                    + " is kept: "
                                    + c.name()
                                    + " has the wanted image and configuration")));
    return notes;
  }

  private Apps.Diff refused(
      Look look, Memory known, String release, List<String> doubts, List<String> notes) {
    List<String> problems = new ArrayList<>(look.problems());
    problems.addAll(doubts);
    return new Apps.Diff(
        settings.app(),
        release,
        known.lastGood(),
        false,
        false,
        List.of(),
        safe(notes),
        safe(problems));
  }

  private Apps.Diff of(
      Look look,
      Memory known,
      Optional<Release> release,
      DeploymentRecord record,
      List<String> notes) {
    if (release.isEmpty()) {
      return result(look, known, record.release(), Plan.EMPTY, notes);
    }
    ObservedState seen = sight.of(release.get());
    Release previous =
        known.lastGood() == null
            ? null
            : ports.store().release(settings.app(), known.lastGood()).orElse(null);
    Set<String> local = local(release.get(), previous);
    Plan plan =
        Planner.deployment(new PlanInput(release.get(), previous, record, seen, local, Set.of()));
    notes.add(
        RollbackOutlook.of(
                release.get(), known.lastGood(), record, RollbackOutlook.migrations(plan))
            .reason());
    return result(look, known, record.release(), plan, notes, first(known, record));
  }

  /** What it has to wait for before the plan begins. */
  private List<Apps.Diff.Step> first(Memory known, DeploymentRecord record) {
    boolean begun = !record.waits() || record.kind() == Kind.ROLLBACK;
    if (begun) {
      return List.of();
    }
    Rules rules = settings.rules();
    Instant now = ports.time().now();
    List<Apps.Diff.Step> steps = new ArrayList<>();
    if (Clearance.of(rules, record, known.consent(), now) instanceof Clearance.AwaitsApproval) {
      steps.add(
          new Apps.Diff.Step(
              Stage.APPROVE.text(),
              null,
              "wait until a person approves it",
              "agent.yaml says so (approval: required)"));
    }
    boolean through =
        record.passedWindow() != null || known.consent().passage(record.release()) != null;
    if (!through && rules.timetable().at(now) instanceof Timetable.Standing.Closed closed) {
      steps.add(
          new Apps.Diff.Step(
              Stage.WINDOW.text(), null, "wait for the window: " + closed.why(), "it is closed"));
    }
    return steps;
  }

  private Apps.Diff keep(Look look, Memory known, String lastGood, List<String> notes) {
    Optional<Release> release = release(look, lastGood);
    String desired = look.target() == null ? null : look.target().release().id();
    Memory.Quarantine quarantine = desired == null ? null : known.quarantined().get(desired);
    if (quarantine != null && !quarantine.release().equals(lastGood)) {
      notes.add(
          "release "
              + quarantine.release()
              + " is in quarantine: "
              + quarantine.reason()
              + "; `retry` tries it again");
    }
    if (release.isEmpty()) {
      notes.add("release " + lastGood + " runs, and its description is lost");
      return result(look, known, lastGood, Plan.EMPTY, notes);
    }
    ObservedState seen = sight.of(release.get());
    Plan plan =
        Planner.keep(
            new KeepInput(
                release.get(), seen, local(release.get(), null), known.unresolved() == null));
    return result(look, known, lastGood, plan, notes);
  }

  private Set<String> local(Release release, @Nullable Release previous) {
    Set<String> local = new HashSet<>();
    release.services().values().stream()
        .filter(s -> ports.engine().image(s.image()).isPresent())
        .forEach(s -> local.add(s.image().pullReference()));
    if (previous != null) {
      previous.services().values().stream()
          .filter(s -> ports.engine().image(s.image()).isPresent())
          .forEach(s -> local.add(s.image().pullReference()));
    }
    return local;
  }

  private Apps.Diff result(
      Look look, Memory known, @Nullable String release, Plan plan, List<String> notes) {
    return result(look, known, release, plan, notes, List.of());
  }

  private Apps.Diff result(
      Look look,
      Memory known,
      @Nullable String release,
      Plan plan,
      List<String> notes,
      List<Apps.Diff.Step> first) {
    List<Apps.Diff.Step> steps = new ArrayList<>(plan.steps().isEmpty() ? List.of() : first);
    plan.steps().stream()
        .map(
            s -> new Apps.Diff.Step(s.stage().text(), s.service(), safe(s.what()), safe(s.cause())))
        .forEach(steps::add);
    return new Apps.Diff(
        settings.app(),
        release,
        known.lastGood(),
        !steps.isEmpty(),
        false,
        steps,
        safe(notes),
        safe(look.problems()));
  }

  private List<String> safe(List<String> texts) {
    return texts.stream().map(this::safe).toList();
  }

  private String safe(String text) {
    return ports.redactor().redact(text);
  }
}
