package dev.holdfast.store;

import dev.holdfast.compose.ContentHash;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.Release;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store whose disk is the heap: what was written survives a simulated crash when the next agent
 * is given the same instance. The hooks run before and after each durable write with its name, such
 * as {@code record shop/20261120T120000Z-4f3c2a1b9d0e}; what they throw cuts the agent off there.
 * Lines of logs and outputs are not durable writes and have no hooks.
 */
public final class InMemoryStore implements Store {
  private static final Path STATE = Path.of("/state");

  /** Names are held against their patterns once: a simulation asks for the same all the time. */
  private static final Map<String, AppFolder> FOLDERS = new ConcurrentHashMap<>();

  private final Map<String, Memory> memories = new TreeMap<>();
  private final Map<String, SortedMap<String, Release>> releases = new TreeMap<>();
  private final Map<String, SortedMap<String, DeploymentRecord>> records = new TreeMap<>();
  private final Map<String, List<LogLine>> logs = new TreeMap<>();
  private final Map<String, StringBuilder> outputs = new TreeMap<>();
  private final Map<String, Set<String>> contents = new TreeMap<>();
  private Consumer<String> beforeWrite = what -> {};
  private Consumer<String> afterWrite = what -> {};

  public synchronized InMemoryStore beforeWrite(Consumer<String> hook) {
    beforeWrite = hook;
    return this;
  }

  public synchronized InMemoryStore afterWrite(Consumer<String> hook) {
    afterWrite = hook;
    return this;
  }

  /** What a lost state directory leaves. */
  public synchronized void loseEverything() {
    List.of(memories, releases, records, logs, outputs, contents).forEach(Map::clear);
  }

  private void write(String what, Runnable change) {
    beforeWrite.accept(what);
    change.run();
    afterWrite.accept(what);
  }

  @Override
  public synchronized Memory memory(String app) {
    return memories.getOrDefault(valid(app), Memory.EMPTY);
  }

  @Override
  public synchronized void saveMemory(String app, Memory memory) {
    valid(app);
    write("memory " + app, () -> memories.put(app, memory));
  }

  @Override
  public synchronized Optional<Release> release(String app, String id) {
    folder(app).release(id);
    return Optional.ofNullable(of(releases, app).get(id));
  }

  @Override
  public synchronized void saveRelease(Release release) {
    valid(release.app());
    write(
        "release " + release.app() + "/" + release.id(),
        () -> of(releases, release.app()).put(release.id(), release));
  }

  @Override
  public synchronized void keepReleases(String app, List<String> ids) {
    if (of(releases, app).keySet().equals(Set.copyOf(ids))) {
      return;
    }
    write("releases " + app, () -> of(releases, app).keySet().retainAll(ids));
    if (of(releases, app).keySet().containsAll(ids)) {
      Set<String> mounted = new HashSet<>();
      of(releases, app)
          .values()
          .forEach(release -> mounted.addAll(Releases.trackedHashes(release)));
      contents.getOrDefault(app, new HashSet<>()).retainAll(mounted);
    }
  }

  @Override
  public synchronized Optional<DeploymentRecord> record(String app, String deploymentId) {
    folder(app).record(deploymentId);
    return Optional.ofNullable(of(records, app).get(deploymentId));
  }

  @Override
  public synchronized void saveRecord(DeploymentRecord record) {
    folder(record.app()).record(record.deploymentId());
    write(
        "record " + record.app() + "/" + record.deploymentId(),
        () -> of(records, record.app()).put(record.deploymentId(), record));
  }

  @Override
  public synchronized List<DeploymentRecord> records(String app, int limit) {
    SortedMap<String, DeploymentRecord> all = of(records, app);
    return all.keySet().stream()
        .sorted(AppFolder.NEWEST_FIRST)
        .limit(Math.max(0, limit))
        .map(all::get)
        .toList();
  }

  @Override
  public synchronized List<String> deployments(String app, Instant since) {
    String first = since.truncatedTo(ChronoUnit.SECONDS).toString().replaceAll("[-:]", "");
    return of(records, app).keySet().stream()
        .filter(id -> AppFolder.time(id).compareTo(first) >= 0)
        .sorted(AppFolder.NEWEST_FIRST)
        .toList();
  }

  @Override
  public synchronized void dropRecords(String app, Instant before) {
    String inFlight = memory(app).deployment();
    List<String> old =
        of(records, app).values().stream()
            .filter(
                record ->
                    record.status() != DeploymentRecord.Status.IN_PROGRESS
                        && !record.deploymentId().equals(inFlight))
            .filter(record -> record.endedAt() != null && record.endedAt().isBefore(before))
            .map(DeploymentRecord::deploymentId)
            .toList();
    for (String id : old) {
      write("drop " + app + "/" + id, () -> of(records, app).remove(id));
      logs.remove(app + "/" + id);
      outputs.keySet().removeIf(name -> name.startsWith(app + "/" + id + "/"));
    }
  }

  @Override
  public synchronized void log(String app, String deploymentId, LogLine line) {
    folder(app).log(deploymentId);
    logs.computeIfAbsent(app + "/" + deploymentId, id -> new ArrayList<>()).add(line);
  }

  @Override
  public synchronized void noteShell(String app, LogLine line) {
    logs.computeIfAbsent(app + "/shells", id -> new ArrayList<>()).add(line);
  }

  /** What was noted of those who sat at a container of the app. */
  public synchronized List<LogLine> shells(String app) {
    return List.copyOf(logs.getOrDefault(app + "/shells", List.of()));
  }

  @Override
  public synchronized List<LogLine> shellNotes(String app) {
    return List.copyOf(logs.getOrDefault(app + "/shells", List.of()));
  }

  @Override
  public synchronized List<String> appsWithShells() {
    return logs.keySet().stream()
        .filter(name -> name.endsWith("/shells"))
        .map(name -> name.substring(0, name.indexOf('/')))
        .toList();
  }

  @Override
  public synchronized LogPage readLog(String app, String deploymentId, long offset) {
    folder(app).log(deploymentId);
    List<LogLine> lines = logs.getOrDefault(app + "/" + deploymentId, List.of());
    int from = (int) Math.max(0, Math.min(offset, lines.size()));
    return new LogPage(List.copyOf(lines.subList(from, lines.size())), lines.size());
  }

  @Override
  public synchronized List<LogLine> logTail(String app, String deploymentId, int maxBytes) {
    folder(app).log(deploymentId);
    List<LogLine> lines = logs.getOrDefault(app + "/" + deploymentId, List.of());
    int bytes = 0;
    int from = lines.size();
    while (from > 0 && (bytes += bytes(lines.get(from - 1))) <= maxBytes) {
      from--;
    }
    return List.copyOf(lines.subList(from, lines.size()));
  }

  /** About what it takes as a line of JSON. */
  private static int bytes(LogLine line) {
    return line.message().length() + 100;
  }

  @Override
  public synchronized Consumer<String> output(String app, String deploymentId, String file) {
    folder(app).output(deploymentId, file);
    StringBuilder text =
        outputs.computeIfAbsent(app + "/" + deploymentId + "/" + file, name -> new StringBuilder());
    return line -> text.append(line).append('\n');
  }

  @Override
  public synchronized Optional<String> readOutput(
      String app, String deploymentId, String file, int maxBytes) {
    folder(app).output(deploymentId, file);
    StringBuilder text = outputs.get(app + "/" + deploymentId + "/" + file);
    return text == null || text.isEmpty()
        ? Optional.empty()
        : Optional.of(text.substring(Math.max(0, text.length() - maxBytes)));
  }

  @Override
  public synchronized Path materialise(Release release, @Nullable SourceTree tree) {
    Set<String> present = contents.computeIfAbsent(valid(release.app()), app -> new HashSet<>());
    for (MountSpec.Tracked mount : Releases.tracked(release)) {
      if (!present.contains(mount.contentHash())) {
        if (tree == null
            || !ContentHash.of(tree, mount.path()).equals(Optional.of(mount.contentHash()))) {
          throw new UncheckedIOException(
              new IOException("could not copy the tracked file or folder '" + mount.path() + "'"));
        }
        write(
            "config " + release.app() + "/" + mount.contentHash(),
            () -> present.add(mount.contentHash()));
      }
    }
    return STATE.resolve("apps").resolve(release.app()).resolve("config");
  }

  private static <T> SortedMap<String, T> of(Map<String, SortedMap<String, T>> all, String app) {
    return all.computeIfAbsent(valid(app), name -> new TreeMap<>());
  }

  private static String valid(String app) {
    folder(app);
    return app;
  }

  private static AppFolder folder(String app) {
    return FOLDERS.computeIfAbsent(app, name -> AppFolder.of(STATE, name));
  }

  @Override
  public void restoreSecrets(Release release) {
    valid(release.app());
  }

  @Override
  public Path secrets(String app) {
    return STATE.resolve("secrets").resolve(valid(app));
  }
}
