package dev.holdfast.reconcile;

import dev.holdfast.backup.Draft;
import dev.holdfast.backup.Saved;
import dev.holdfast.backup.TarCheck;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes a backup, and puts one back:
 *
 * <ol>
 *   <li>A place for it, with room on the disk.
 *   <li>Its content, streamed from the container to the disk.
 *   <li>It is not empty, and its command ended well.
 *   <li>It is found good: by its {@code verify} command, a tar by being read to its end.
 *   <li>Its note is written. A death before that leaves nothing that could be taken for a backup,
 *       and the next life takes it anew.
 * </ol>
 */
final class DataSteps {
  private final AppPorts ports;
  private final Work work;
  private final String app;
  private final DataContainers containers;
  private final MountedData mounted;
  private final DataRestore restore;

  DataSteps(AppPorts ports, Work work, EngineCalls calls) {
    this.ports = ports;
    this.work = work;
    this.app = work.release().app();
    this.containers = new DataContainers(ports, app);
    this.mounted = new MountedData(ports, work, calls);
    this.restore = new DataRestore(ports, containers, mounted);
  }

  /**
   * What a backup is taken for.
   *
   * @param id of the deployment or the request
   * @param by the person that asked for it, or null
   * @param anew whether one that stands is taken again
   */
  record Reason(String id, Saved.Purpose purpose, @Nullable String by, boolean anew) {}

  StepResult take(String name, Reason reason, Tail said) {
    Optional<Saved> standing = ports.backups().find(app, reason.id(), name);
    if (standing.isPresent() && !reason.anew()) {
      return new StepResult.Done("backup " + name + " stands already");
    }
    Backup backup = backup(name);
    Stopwatch watch = new Stopwatch(ports.time());
    Instant begun = watch.now();
    try (Draft draft = ports.backups().draft(app, reason.id(), name)) {
      StepResult filled = guarded(draft, () -> fill(name, backup, draft.sink(), said));
      if (!(filled instanceof StepResult.Done)) {
        return filled;
      }
      Draft.Written written = draft.complete();
      if (written.bytes() == 0) {
        return failed(name, "it is empty", said);
      }
      StepResult verified = verify(name, backup, draft::content, said);
      if (!(verified instanceof StepResult.Done)) {
        return verified;
      }
      Instant now = ports.time().now();
      draft.commit(
          new Saved(
              app,
              reason.id(),
              name,
              kind(backup.from()),
              source(backup.from()),
              work.memory().read().lastGood(),
              now.minus(Duration.between(begun, watch.now())),
              now,
              written.bytes(),
              written.size(),
              written.sha256(),
              isVerified(backup.from()),
              reason.purpose(),
              reason.by()));
      ports.signals().backedUp(app, name, now);
      return new StepResult.Done(
          "backup %s: %s, %s on the disk, in %d s%s"
              .formatted(
                  name,
                  size(written.bytes()),
                  size(written.size()),
                  Duration.between(begun, watch.now()).toSeconds(),
                  isVerified(backup.from()) ? ", verified" : ""));
    } catch (UncheckedIOException e) {
      return failed(name, EngineCalls.message(e), said);
    }
  }

  private Backup backup(String name) {
    Backup backup = work.release().rollout().backups().get(name);
    if (backup == null) {
      throw new IllegalStateException("release " + work.release().id() + " has no backup " + name);
    }
    return backup;
  }

  /** A disk that is full ends the engine's stream, which looks like an engine that went away. */
  private StepResult guarded(Draft draft, Supplier<StepResult> filling) {
    try {
      StepResult result = filling.get();
      String failure = draft.failure();
      return failure == null ? result : StepResult.Failed.of(failure);
    } catch (EngineException e) {
      ports.time().checkStopping();
      String failure = draft.failure();
      if (failure != null) {
        return StepResult.Failed.of(failure);
      }
      throw e;
    }
  }

  private StepResult fill(String name, Backup backup, OutputStream sink, Tail said) {
    return switch (backup.from()) {
      case From.Command command ->
          containers.in(
              name,
              command.service(),
              container ->
                  ended(
                      name,
                      command.command(),
                      containers.pipe(
                          container, command.command(), backup.timeout(), null, sink, said),
                      said));
      case From.Mounted from -> mounted.save(name, from, backup.timeout(), sink);
    };
  }

  private StepResult verify(String name, Backup backup, Supplier<InputStream> content, Tail said) {
    if (backup.from() instanceof From.Command command) {
      return command.verify().isEmpty()
          ? StepResult.Done.PLAIN
          : verify(name, command, backup.timeout(), content, said);
    }
    try (InputStream tar = content.get()) {
      TarCheck.entries(tar);
      return StepResult.Done.PLAIN;
    } catch (EOFException e) {
      String hint =
          backup.from() instanceof From.Mounted mounted && !mounted.pause()
              ? "; something wrote there meanwhile: `pause: true` helps"
              : "";
      return failed(name, "it cannot be read back: " + e.getMessage() + hint, said);
    } catch (IOException | RuntimeException e) {
      ports.time().checkStopping();
      return failed(name, "it cannot be read back: " + e.getMessage(), said);
    }
  }

  private StepResult verify(
      String name,
      From.Command command,
      Duration timeout,
      Supplier<InputStream> content,
      Tail said) {
    try (InputStream input = content.get()) {
      return containers.in(
          name,
          command.service(),
          container -> {
            OutputStream nowhere = OutputStream.nullOutputStream();
            int status =
                containers.pipe(container, command.verify(), timeout, input, nowhere, said);
            return status == 0
                ? StepResult.Done.PLAIN
                : failed(
                    name,
                    "its verify command "
                        + command.verify().getFirst()
                        + " ended with exit status "
                        + status
                        + said.lastWords(),
                    said);
          });
    } catch (IOException e) {
      return failed(name, "it cannot be read back: " + e.getMessage(), said);
    }
  }

  /** Whether it can be restored: it is what was noted, and its {@code verify} command agrees. */
  StepResult examine(Saved taken, Tail said) {
    Backup backup = backup(taken.name());
    try {
      StepResult good = verify(taken.name(), backup, () -> ports.backups().open(taken), said);
      return good instanceof StepResult.Done ? canLoad(taken.name()) : good;
    } catch (UncheckedIOException e) {
      return StepResult.Failed.of(EngineCalls.message(e));
    }
  }

  /** Whether it could be put back; nothing is touched. */
  StepResult canLoad(String name) {
    return backup(name).from() instanceof From.Mounted from
        ? mounted.canLoad(name, from)
        : StepResult.Done.PLAIN;
  }

  StepResult restore(Saved taken, Tail said) {
    return restore.restore(taken, backup(taken.name()), said);
  }

  private static StepResult ended(String name, List<String> command, int status, Tail said) {
    return status == 0
        ? StepResult.Done.PLAIN
        : failed(
            name,
            command.getFirst() + " ended with exit status " + status + said.lastWords(),
            said);
  }

  private static StepResult failed(String name, String reason, Tail said) {
    return new StepResult.Failed(
        "backup " + name + " could not be taken: " + reason, said.lines(), false);
  }

  private static boolean isVerified(From from) {
    return !(from instanceof From.Command command) || !command.verify().isEmpty();
  }

  static String kind(From from) {
    return switch (from) {
      case From.Command command -> "command";
      case From.Mounted mounted -> mounted.kind().text();
    };
  }

  static String source(From from) {
    return switch (from) {
      case From.Command command -> command.service();
      case From.Mounted mounted -> mounted.source();
    };
  }

  static String size(long bytes) {
    return bytes < 1024
        ? bytes + " B"
        : bytes < 1024 * 1024
            ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
            : String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
  }
}
