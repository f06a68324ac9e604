package dev.holdfast.reconcile;

import dev.holdfast.backup.Saved;
import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.ObservedContainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Puts a backup back. It begins with what an earlier life may have left running, and can be
 * repeated from its beginning.
 */
final class DataRestore {
  private static final Duration SLICE = Duration.ofSeconds(1);

  private final AppPorts ports;
  private final DataContainers containers;
  private final MountedData mounted;

  DataRestore(AppPorts ports, DataContainers containers, MountedData mounted) {
    this.ports = ports;
    this.containers = containers;
    this.mounted = mounted;
  }

  StepResult restore(Saved taken, Backup backup, Tail said) {
    try (InputStream content = ports.backups().open(taken)) {
      return switch (backup.from()) {
        case From.Command command -> restore(taken, command, backup.timeout(), content, said);
        case From.Mounted from -> mounted.load(taken.name(), from, backup.timeout(), content);
      };
    } catch (UncheckedIOException | IOException e) {
      return StepResult.Failed.of(
          "could not restore backup " + taken.name() + ": " + e.getMessage());
    }
  }

  private StepResult restore(
      Saved taken, From.Command command, Duration timeout, InputStream content, Tail said) {
    return containers
        .running(command.service())
        .map(container -> restore(taken, command, timeout, content, said, container))
        .orElseGet(
            () -> new StepResult.Replan("service " + command.service() + " does not run any more"));
  }

  private StepResult restore(
      Saved taken,
      From.Command command,
      Duration timeout,
      InputStream content,
      Tail said,
      ObservedContainer container) {
    if (!awaitEarlier(container, command.restore(), timeout)) {
      return StepResult.Failed.of(
          "an earlier "
              + command.restore().getFirst()
              + " still runs in "
              + container.name()
              + "; end it there, then restore backup "
              + taken.name()
              + " of "
              + taken.id()
              + " again");
    }
    OutputStream printed = new LineSink(said);
    int status = containers.pipe(container, command.restore(), timeout, content, printed, said);
    if (status == 0) {
      return StepResult.Done.PLAIN;
    }
    String ended =
        command.restore().getFirst() + " ended with exit status " + status + said.lastWords();
    boolean cutOff =
        containers.running(command.service()).filter(c -> isSame(c, container)).isEmpty();
    return cutOff
        ? new StepResult.Replan(container.name() + " ended under it: " + ended)
        : new StepResult.Failed(
            "could not restore backup " + taken.name() + ": " + ended, said.lines(), false);
  }

  /** It has not ended since. */
  private static boolean isSame(ObservedContainer now, ObservedContainer then) {
    return now.id().equals(then.id()) && Objects.equals(now.startedAt(), then.startedAt());
  }

  /** What an agent that died had begun reads on what it was given: two at once would mix. */
  private boolean awaitEarlier(
      ObservedContainer container, List<String> command, Duration timeout) {
    Stopwatch watch = new Stopwatch(ports.time());
    Instant end = watch.now().plus(timeout);
    while (ports.engine().running(container.id()).contains(command)) {
      if (watch.now().isAfter(end)) {
        return false;
      }
      ports.time().sleep(SLICE);
      ports.time().checkStopping();
    }
    return true;
  }
}
