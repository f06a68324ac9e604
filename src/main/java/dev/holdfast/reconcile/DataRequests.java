package dev.holdfast.reconcile;

import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Operation.Kind;
import dev.holdfast.backup.Operation.Phase;
import dev.holdfast.backup.Saved;
import dev.holdfast.model.Backup;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What people ask to be done with an app's data: checked, noted, and left to the app's next look.
 */
final class DataRequests {
  private static final String LATEST = "latest";

  private final AppPorts ports;
  private final AppMemory memory;
  private final String app;

  DataRequests(App app, AppMemory memory) {
    this.ports = app.ports();
    this.memory = memory;
    this.app = app.settings().app();
  }

  Apps.Data view() {
    List<Saved> all = ports.backups().all(app);
    Memory known = memory.read();
    Release release =
        known.lastGood() == null ? null : ports.store().release(app, known.lastGood()).orElse(null);
    return new Apps.Data(
        ports.backups().operation(app).orElse(null),
        all,
        release == null ? null : latest(release, all, null).orElse(null),
        release == null ? Set.of() : new OlderSchema(ports.store(), app, release).ids(all));
  }

  /**
   * The newest that a person or a deployment had taken of each that the release declares, or of the
   * one that is named. What was saved before a restore is the state that somebody wanted to leave.
   */
  private static Optional<String> latest(Release release, List<Saved> all, @Nullable String name) {
    Set<String> wanted = name == null ? release.rollout().backups().keySet() : Set.of(name);
    List<Saved> own =
        all.stream().filter(taken -> taken.purpose() != Saved.Purpose.BEFORE_RESTORE).toList();
    return own.stream()
        .map(Saved::id)
        .filter(id -> !wanted.isEmpty())
        .filter(
            id ->
                wanted.stream()
                    .allMatch(
                        each ->
                            own.stream().anyMatch(s -> s.id().equals(id) && s.name().equals(each))))
        .findFirst();
  }

  /**
   * @param name null: each that the release has
   */
  void backup(@Nullable String name, String by) {
    Release release = release();
    SortedMap<String, Backup> backups = release.rollout().backups();
    if (backups.isEmpty()) {
      throw new Apps.Refused(
          "release "
              + release.id()
              + " of "
              + app
              + " declares no backup; add x-holdfast.backup to its Compose file and deploy that");
    }
    if (name != null && !backups.containsKey(name)) {
      throw new Apps.Refused(
          "release "
              + release.id()
              + " has no backup of this name; it has "
              + String.join(", ", backups.keySet()));
    }
    List<String> names = name == null ? List.copyOf(backups.keySet()) : List.of(name);
    note(release, Kind.BACKUP, null, names, false, by);
  }

  void restore(Apps.Wish wish, String by) {
    Release release = release();
    String name = wish.name();
    List<Saved> all = ports.backups().all(app);
    String from =
        wish.id().equals(LATEST)
            ? latest(release, all, name).orElseThrow(() -> noLatest(release, name))
            : wish.id();
    List<Saved> taken =
        all.stream()
            .filter(saved -> saved.id().equals(from))
            .filter(saved -> name == null || saved.name().equals(name))
            .toList();
    List<String> names = taken.stream().map(Saved::name).sorted().toList();
    if (names.isEmpty()) {
      throw new Apps.Refused(
          "there is no such backup; `holdfast backups " + app + "` lists those that stand");
    }
    Release declaring = Operations.declaring(ports.store(), release, from, names).orElse(release);
    names.forEach(known -> checkRestorable(declaring, from, known));
    if (!wish.olderSchema()) {
      new OlderSchema(ports.store(), app, release).refuse(taken);
    }
    note(release, Kind.RESTORE, from, names, wish.safety(), by);
  }

  private Apps.Refused noLatest(Release release, @Nullable String name) {
    String which =
        name == null
            ? "no backup holds all of " + String.join(", ", release.rollout().backups().keySet())
            : "there is no backup " + name;
    return new Apps.Refused(
        which + ", so that `latest` names none; choose an id of `holdfast backups " + app + "`");
  }

  private void checkRestorable(Release release, String id, String name) {
    Backup backup = release.rollout().backups().get(name);
    String byHand =
        "; restore it by hand: zstd -dc <state>/apps/" + app + "/backups/" + id + "/" + name;
    if (backup == null) {
      throw new Apps.Refused(
          "release " + release.id() + " has no backup " + name + " any more" + byHand);
    }
    if (!backup.canBeRestored()) {
      throw new Apps.Refused("backup " + name + " has no `restore` command" + byHand);
    }
  }

  private Release release() {
    String lastGood = memory.read().lastGood();
    if (lastGood == null) {
      throw new Apps.Refused("no release of " + app + " is confirmed yet: nothing says how");
    }
    return ports
        .store()
        .release(app, lastGood)
        .orElseThrow(
            () -> new Apps.Refused("release " + lastGood + " is not kept any more; sync the app"));
  }

  private synchronized void note(
      Release release,
      Kind kind,
      @Nullable String from,
      List<String> names,
      boolean safety,
      String by) {
    Instant now = ports.time().now();
    ports
        .backups()
        .operation(app)
        .filter(Operation::pending)
        .filter(under -> !under.expired(now))
        .ifPresent(under -> giveWay(under, kind, now));
    // What one that gave way or broke off had stopped is started again by the one after it.
    Memory.Hold hold = memory.read().hold();
    boolean owing = hold != null && !hold.owed().isEmpty();
    List<Operation.Stopped> stopped =
        ports.backups().operation(app).filter(under -> under.pending() || owing).stream()
            .flatMap(under -> under.stopped().stream())
            .toList();
    String id = Begin.operationId(now, release, this::isTaken);
    ports
        .backups()
        .save(app, new Operation(id, kind, from, names, safety, by, now).stopping(stopped));
    ports.signals().note(app, kind.name().toLowerCase(Locale.ROOT) + " asked for by " + by);
  }

  /**
   * One that does not get on gives way to another restore. What it may have left half restored
   * holds the app until that is restored.
   */
  private void giveWay(Operation under, Kind kind, Instant now) {
    if (kind != Kind.RESTORE || !under.stuck()) {
      throw new Apps.Refused(
          "the agent "
              + Operations.shown(under)
              + ", and that is not over yet"
              + (under.stuck() ? "; it does not get on: " + under.message() : ""));
    }
    if (under.phase() == Phase.BEGUN) {
      String why =
          "restoring "
              + String.join(", ", under.names())
              + " of "
              + under.from()
              + " was given up for another restore: "
              + under.message();
      memory.change(m -> RestoreHolds.owing(m, under.names(), why, now));
    }
  }

  private boolean isTaken(String id) {
    return ports.store().record(app, id).isPresent()
        || ports.backups().all(app).stream().anyMatch(taken -> taken.id().equals(id));
  }
}
