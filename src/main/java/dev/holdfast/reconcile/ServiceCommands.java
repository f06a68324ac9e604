package dev.holdfast.reconcile;

import dev.holdfast.model.After;
import dev.holdfast.model.Environment;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import dev.holdfast.model.Smoke;
import dev.holdfast.plan.Step;
import dev.holdfast.probe.Prober;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs commands of the release inside its running containers: smoke tests and what comes after. */
final class ServiceCommands {
  private static final int TAIL = 50;
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);
  private static final Duration SMOKE_LIMIT = Duration.ofSeconds(10);

  private final AppPorts ports;
  private final Release release;
  private final @Nullable Journal journal;
  private final HealthWait health;

  ServiceCommands(AppPorts ports, Release release, @Nullable Journal journal, HealthWait health) {
    this.ports = ports;
    this.release = release;
    this.journal = journal;
    this.health = health;
  }

  StepResult smoke(Step.RunSmoke step) {
    return switch (release.rollout().smokes().get(step.index())) {
      case Smoke.Command command ->
          command(
              command.service(),
              command.command(),
              Environment.EMPTY,
              COMMAND_LIMIT,
              output("smoke-" + step.index() + ".log"));
      case Smoke.Http http ->
          switch (ports.prober().http(http, SMOKE_LIMIT)) {
            case Prober.Sample.Passed passed -> new StepResult.Done(passed.detail());
            case Prober.Sample.Refused refused ->
                StepResult.Failed.of(http.url() + ": " + refused.reason());
            case Prober.Sample.Unasked unasked ->
                StepResult.Failed.of(http.url() + " could not be asked: " + unasked.reason());
          };
    };
  }

  StepResult after(Step.RunAfter step) {
    After after = release.rollout().afters().get(step.index());
    Environment environment =
        Objects.requireNonNull(release.services().get(after.service()))
            .spec()
            .container()
            .environment();
    Optional<String> unset =
        after.whenEnv().stream()
            .filter(name -> environment.values().getOrDefault(name, "").isEmpty())
            .findFirst();
    if (unset.isPresent()) {
      return new StepResult.Done("skipped: " + unset.get() + " is not set");
    }
    Consumer<String> output = output("after-" + step.index() + ".log");
    StepResult checked =
        after.check().isEmpty()
            ? StepResult.Done.PLAIN
            : command(after.service(), after.check(), Environment.EMPTY, COMMAND_LIMIT, output);
    return checked instanceof StepResult.Done
        ? command(after.service(), after.command(), Environment.EMPTY, COMMAND_LIMIT, output)
        : checked;
  }

  StepResult command(
      String service,
      List<String> command,
      Environment environment,
      Duration limit,
      Consumer<String> output) {
    Optional<ObservedContainer> container = health.now(service);
    if (container.isEmpty()) {
      return new StepResult.Replan("service " + service + " has no container");
    }
    Deque<String> tail = new ArrayDeque<>();
    int status =
        ports
            .engine()
            .exec(
                container.get().id(),
                command,
                environment,
                limit,
                line -> {
                  output.accept(line);
                  tail.addLast(line);
                  if (tail.size() > TAIL) {
                    tail.removeFirst();
                  }
                });
    return status == 0
        ? StepResult.Done.PLAIN
        : new StepResult.Failed(
            command.getFirst() + " in " + service + " ended with exit status " + status,
            List.copyOf(tail),
            false);
  }

  private Consumer<String> output(String file) {
    return Objects.requireNonNull(journal, "only deployments run commands").output(file);
  }
}
