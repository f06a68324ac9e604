package dev.holdfast.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The store over plain files below the state directory: {@code apps/<app>/memory.json}, {@code
 * releases/<id>.json}, {@code deployments/<id>/record.json}, {@code log.ndjson} and {@code
 * migrate-<service>.log}, {@code config/<hash>/content}. How a file survives a power cut is in
 * {@link DurableFiles}, how a damaged one is recognised in {@link Documents}. Of {@code
 * memory.json} the generation before is kept and used where the present one is damaged. Safe for
 * threads; {@link StateLock} keeps other agents out.
 */
public final class FileStore implements Store {
  private static final int MOST_MEMORIES = 256;
  private static final int SWEPT_DEPLOYMENTS = 10;
  private static final int SHELL_NOTES = 1 << 20;

  private final Path state;
  private final AppLocks locks = new AppLocks();
  private final RedactedJson redacted;
  private final Warnings warnings;
  private final Documents documents;
  private final SameFiles<Memory> memories = new SameFiles<>(MOST_MEMORIES);
  private final Releases releases;
  private final RecordFiles records;
  private final DeploymentFiles files;
  private final MountedFiles mounted;
  private final GivenFiles given;

  private FileStore(Path state, Path secrets, Redactor redactor, Warnings warnings) {
    this.state = state;
    redacted = new RedactedJson(redactor);
    this.warnings = warnings;
    documents = new Documents(warnings);
    releases = new Releases(documents, new Seal(state.resolve("seal.key"), warnings), warnings);
    records = new RecordFiles(state, documents, redacted, warnings, locks);
    files = new DeploymentFiles(redactor, warnings);
    mounted = new MountedFiles(warnings);
    given = new GivenFiles(secrets);
  }

  /** As the other, with secrets where {@link SecretFolder} says for a process without settings. */
  public static FileStore open(Path state, Redactor redactor, Consumer<String> warn) {
    return open(state, SecretFolder.of(Map.of(), state), redactor, warn);
  }

  /** Opens the state directory and clears away what writes that a crash cut off have left. */
  public static FileStore open(Path state, Path secrets, Redactor redactor, Consumer<String> warn) {
    FileStore store =
        new FileStore(state.toAbsolutePath().normalize(), secrets, redactor, new Warnings(warn));
    DurableFiles.names(store.state.resolve("apps"))
        .filter(AppFolder::isApp)
        .map(store::folder)
        .forEach(FileStore::sweep);
    return store;
  }

  /**
   * Makes ready what reading an app's memory needs of the libraries, which takes longer than the
   * reading: for a thread beside a start, before there is a state directory.
   */
  public static void prepare() {
    Documents.prepare(RecordJson.mapper(), Memory.class);
  }

  private static void sweep(AppFolder folder) {
    Stream<Path> deployments =
        DurableFiles.names(folder.deployments())
            .filter(AppFolder::isDeployment)
            .sorted(AppFolder.NEWEST_FIRST)
            .limit(SWEPT_DEPLOYMENTS)
            .map(folder::deployment);
    Stream.concat(Stream.of(folder.path(), folder.releases(), folder.config()), deployments)
        .forEach(
            place ->
                DurableFiles.names(place)
                    .filter(DurableFiles::isTemporary)
                    .forEach(name -> DurableFiles.remove(place.resolve(name))));
  }

  private AppFolder folder(String app) {
    return AppFolder.of(state, app);
  }

  @Override
  public Memory memory(String app) {
    AppFolder folder = folder(app);
    synchronized (locks.of(app)) {
      Optional<Memory> present = present(folder);
      if (present.isPresent()) {
        return present.get();
      }
      Optional<Memory> former =
          documents.read(folder.formerMemory(), RecordJson.mapper(), Memory.class);
      former.ifPresent(
          memory ->
              warnings.warn(folder.memory() + " is missing: the generation before it is used"));
      return former.orElse(Memory.EMPTY);
    }
  }

  private Optional<Memory> present(AppFolder folder) {
    return memories.value(
        folder.memory(), () -> documents.read(folder.memory(), RecordJson.mapper(), Memory.class));
  }

  @Override
  public void saveMemory(String app, Memory memory) {
    AppFolder folder = folder(app);
    ObjectNode content = redacted.of(memory);
    synchronized (locks.of(app)) {
      Optional<Memory> present = present(folder);
      if (present.isEmpty()) {
        // What was there is damaged or missing and must not take the place of a good former
        // generation.
        Documents.refuseNewer(folder.formerMemory());
        documents.write(folder.memory(), content, DurableFiles.SHARED);
      } else if (!present.get().equals(memory)) {
        documents.writeKeeping(
            folder.memory(), folder.formerMemory(), content, DurableFiles.SHARED);
      }
    }
  }

  @Override
  public Optional<Release> release(String app, String id) {
    synchronized (locks.of(app)) {
      return releases.load(folder(app), app, id);
    }
  }

  @Override
  public void saveRelease(Release release) {
    synchronized (locks.of(release.app())) {
      releases.save(folder(release.app()), release);
    }
  }

  @Override
  public void keepReleases(String app, List<String> ids) {
    AppFolder folder = folder(app);
    synchronized (locks.of(app)) {
      // Where it is not known what a kept release mounts, everything stays.
      releases.keep(folder, ids).ifPresent(hashes -> keep(app, hashes));
    }
  }

  private void keep(String app, Set<String> mounts) {
    mounted.keep(folder(app).config(), mounts);
    given.keep(app, folder(app).config(), mounts);
  }

  @Override
  public Optional<DeploymentRecord> record(String app, String deploymentId) {
    return records.record(app, deploymentId);
  }

  @Override
  public void saveRecord(DeploymentRecord record) {
    records.save(record);
  }

  @Override
  public List<DeploymentRecord> records(String app, int limit) {
    return records.newest(app, limit);
  }

  @Override
  public List<String> deployments(String app, Instant since) {
    return records.since(app, since);
  }

  @Override
  public void dropRecords(String app, Instant before) {
    records.drop(app, before, memory(app).deployment());
  }

  @Override
  public void log(String app, String deploymentId, LogLine line) {
    synchronized (locks.of(app)) {
      files.log(folder(app).log(deploymentId), line);
    }
  }

  @Override
  public void noteShell(String app, LogLine line) {
    synchronized (locks.of(app)) {
      files.logTurning(folder(app).shells(), folder(app).formerShells(), line);
    }
  }

  @Override
  public List<LogLine> shellNotes(String app) {
    AppFolder folder = folder(app);
    synchronized (locks.of(app)) {
      return Stream.of(folder.formerShells(), folder.shells())
          .flatMap(file -> files.logTail(file, SHELL_NOTES).stream())
          .toList();
    }
  }

  @Override
  public List<String> appsWithShells() {
    return DurableFiles.names(state.resolve("apps"))
        .filter(AppFolder::isApp)
        .filter(app -> Files.exists(folder(app).shells()))
        .sorted()
        .toList();
  }

  @Override
  public LogPage readLog(String app, String deploymentId, long offset) {
    return files.readLog(folder(app).log(deploymentId), offset);
  }

  @Override
  public List<LogLine> logTail(String app, String deploymentId, int maxBytes) {
    return files.logTail(folder(app).log(deploymentId), maxBytes);
  }

  @Override
  public Consumer<String> output(String app, String deploymentId, String file) {
    Path path = folder(app).output(deploymentId, file);
    return line -> {
      synchronized (locks.of(app)) {
        files.output(path, line);
      }
    };
  }

  @Override
  public Optional<String> readOutput(String app, String deploymentId, String file, int maxBytes) {
    return files.readOutput(folder(app).output(deploymentId, file), maxBytes);
  }

  @Override
  public Path materialise(Release release, @Nullable SourceTree tree) {
    Path config = folder(release.app()).config();
    synchronized (locks.of(release.app())) {
      given.materialise(release.app(), config, Releases.given(release));
      return mounted.materialise(config, Releases.tracked(release), tree);
    }
  }

  @Override
  public void restoreSecrets(Release release) {
    synchronized (locks.of(release.app())) {
      given.restoreSecrets(release.app(), Releases.given(release));
    }
  }

  @Override
  public Path secrets(String app) {
    folder(app);
    return given.secrets(app);
  }
}
