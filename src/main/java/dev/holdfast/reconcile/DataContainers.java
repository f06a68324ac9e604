package dev.holdfast.reconcile;

import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.State;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The containers in which the commands of backups run. */
final class DataContainers {
  private final AppPorts ports;
  private final String app;

  DataContainers(AppPorts ports, String app) {
    this.ports = ports;
    this.app = app;
  }

  @FunctionalInterface
  interface InContainer {
    StepResult run(ObservedContainer container);
  }

  StepResult in(String name, String service, InContainer what) {
    return running(service)
        .map(what::run)
        .orElseGet(
            () ->
                StepResult.Failed.of(
                    "backup "
                        + name
                        + " needs service "
                        + service
                        + ", which does not run; start it (`docker start`) and look why it had ended"));
  }

  Optional<ObservedContainer> running(String service) {
    Optional<ObservedContainer> container =
        ports.engine().observe(app, null).of(service).stream()
            .filter(c -> c.state() == State.RUNNING || c.state() == State.PAUSED)
            .filter(c -> !c.oneOff())
            .min(
                Comparator.comparing(ObservedContainer::hidden)
                    .thenComparingInt(ObservedContainer::number)
                    .thenComparing(ObservedContainer::id));
    // A death between pausing and going on leaves it so.
    container.filter(c -> c.state() == State.PAUSED).ifPresent(c -> ports.engine().start(c.id()));
    return container;
  }

  int pipe(
      ObservedContainer container,
      List<String> command,
      Duration timeout,
      @Nullable InputStream input,
      OutputStream output,
      Tail said) {
    int status =
        ports
            .time()
            .interruptible(
                () -> ports.engine().pipe(container.id(), command, timeout, input, output, said));
    ports.time().checkStopping();
    return status;
  }
}
