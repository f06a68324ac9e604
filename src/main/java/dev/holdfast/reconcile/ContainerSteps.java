package dev.holdfast.reconcile;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.plan.ContainerRef;
import dev.holdfast.plan.Stage;
import dev.holdfast.plan.Step;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries out the steps that change one container. */
final class ContainerSteps {
  private final AppPorts ports;
  private final Release release;
  private final @Nullable Release previous;
  private final Requests requests;
  private final EngineCalls calls;
  private final Map<String, String> created = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private final Set<String> refused = new HashSet<>();

  ContainerSteps(AppPorts ports, Work work, EngineCalls calls) {
    this.ports = ports;
    this.release = work.release();
    this.previous = work.previous();
    this.requests = work.requests();
    this.calls = calls;
  }

  /** Names that a container outside the app holds, met so far. */
  Set<String> taken() {
    return taken;
  }

  /** Ids of containers that the engine refused to start. */
  Set<String> refused() {
    return refused;
  }

  StepResult create(Step.Create step, ObservedState seen) {
    ObservedContainer replaced =
        step.replaces() == null
            ? null
            : seen.containers().stream()
                .filter(c -> c.id().equals(step.replaces().id()))
                .findFirst()
                .orElse(null);
    try {
      return calls.change(
          () -> created.put(step.name(), ports.engine().create(of(step).service(step, replaced))),
          now -> adopt(step.name(), now));
    } catch (EngineException.Conflict e) {
      boolean ours = adopt(step.name(), ports.engine().observe(release.app(), null));
      if (!ours) {
        taken.add(step.name());
      }
      return ours ? StepResult.Done.PLAIN : new StepResult.Replan(EngineCalls.message(e));
    }
  }

  /**
   * What a rollback makes anew is of the release before, never of the one that failed. That has
   * nothing to say of what somebody else started of a service that it does not name.
   */
  private Requests of(Step step) {
    return step.stage() == Stage.ROLLBACK
            && previous != null
            && previous.services().containsKey(Objects.requireNonNullElse(step.service(), ""))
        ? requests.of(previous)
        : requests;
  }

  /** A create whose answer was lost is found by its name and our label. */
  private boolean adopt(String name, ObservedState seen) {
    Optional<ObservedContainer> made =
        seen.containers().stream()
            .filter(c -> c.name().equals(name) && c.isOurs(release.app()))
            .findFirst();
    made.ifPresent(c -> created.put(name, c.id()));
    return made.isPresent();
  }

  StepResult setRestart(Step.SetRestart step) {
    String id = id(step.container());
    return calls.change(
        () -> ports.engine().setRestartPolicy(id, step.policy()),
        container(id, c -> c.restart().equals(step.policy())));
  }

  StepResult stop(Step.Stop step) {
    String id = id(step.container());
    return calls.change(
        () -> ports.engine().stop(id, step.grace()), container(id, c -> !c.active()));
  }

  StepResult rename(Step.Rename step) {
    String id = id(step.container());
    return calls.change(
        () -> ports.engine().rename(id, step.newName()),
        container(id, c -> c.name().equals(step.newName())));
  }

  StepResult connect(Step.Connect step) {
    String id = id(step.container());
    return calls.change(
        () -> ports.engine().connect(id, of(step).place(step.service(), 1), step.network()),
        container(id, c -> c.networks() != null && c.networks().contains(step.network())));
  }

  StepResult hide(Step.Hide step) {
    String id = id(step.container());
    ContainerRequest request = of(step).place(step.service(), step.number());
    try {
      return calls.change(
          () -> ports.engine().attach(id, request.hidden(true)),
          container(id, ObservedContainer::hidden));
    } catch (EngineException.Conflict e) {
      // It keeps its connections instead; clients meet the other one as soon as it stops.
      return new StepResult.Done("not hidden: " + EngineCalls.message(e));
    }
  }

  /**
   * @param healthy awaits its health, where it has to start anew before it joins
   */
  StepResult join(Step.Join step, Supplier<StepResult> healthy) {
    String id = id(step.container());
    ContainerRequest request = of(step).place(step.service(), step.number());
    try {
      return calls.change(
          () -> ports.engine().attach(id, request), container(id, c -> !c.hidden()));
    } catch (EngineException.Conflict e) {
      return joinAnew(id, request, healthy, e);
    }
  }

  /**
   * Where it would lose its address, and so its connections, it starts anew, takes the lower one,
   * and is found once it is healthy there.
   */
  private StepResult joinAnew(
      String id, ContainerRequest request, Supplier<StepResult> healthy, EngineException why) {
    ports.engine().stop(id, request.service().spec().container().lifecycle().grace());
    StepResult started = started(id);
    if (!(started instanceof StepResult.Done)) {
      return started;
    }
    StepResult result = healthy.get();
    if (result instanceof StepResult.Done) {
      ports.engine().attach(id, request);
      return new StepResult.Done("started anew: " + EngineCalls.message(why));
    }
    return result;
  }

  StepResult start(Step.Start step) {
    String id = id(step.container());
    try {
      StepResult result = started(id);
      if (result instanceof StepResult.Failed) {
        refused.add(id);
      }
      return result;
    } catch (EngineException.Conflict e) {
      // Somebody else has its port; another container would not get it either.
      return StepResult.Failed.of(EngineCalls.message(e));
    } catch (EngineException.Stuck e) {
      return givenUp(id, e);
    } catch (EngineException.Refused e) {
      refused.add(id);
      throw e;
    }
  }

  /** One that never ran is made anew by the next plan; nothing is lost with it. */
  private StepResult givenUp(String id, EngineException.Stuck why) {
    boolean neverRan =
        ports.engine().observe(release.app(), null).containers().stream()
            .anyMatch(c -> c.id().equals(id) && c.state() == ObservedContainer.State.CREATED);
    if (!neverRan) {
      return StepResult.Failed.of(EngineCalls.message(why));
    }
    ports.engine().remove(id);
    return new StepResult.Replan("it has to be made anew: " + EngineCalls.message(why));
  }

  private StepResult started(String id) {
    return calls.change(() -> ports.engine().start(id), container(id, ContainerSteps::runs));
  }

  private static boolean runs(ObservedContainer container) {
    return container.active() && container.state() != ObservedContainer.State.PAUSED;
  }

  /**
   * What is gone is removed; what cannot be removed now will be tried again by a later look and
   * fails nothing.
   */
  StepResult remove(Step.Remove step) {
    try {
      ports.engine().remove(id(step.container()));
      return StepResult.Done.PLAIN;
    } catch (EngineException.NotFound e) {
      return new StepResult.Done("it is gone already");
    } catch (EngineException.Conflict | EngineException.Refused | EngineException.Ambiguous e) {
      ports
          .signals()
          .note(
              release.app(),
              "could not remove " + step.container().name() + " yet: " + EngineCalls.message(e));
      return new StepResult.Done("not removed yet: " + EngineCalls.message(e));
    }
  }

  private static Predicate<ObservedState> container(String id, Predicate<ObservedContainer> shows) {
    return seen -> seen.containers().stream().anyMatch(c -> c.id().equals(id) && shows.test(c));
  }

  String id(ContainerRef ref) {
    String id = ref.id() == null ? created.get(ref.name()) : ref.id();
    if (id == null) {
      throw new IllegalStateException("no step before this one created " + ref.name());
    }
    return id;
  }
}
