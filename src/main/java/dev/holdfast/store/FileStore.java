package dev.holdfast.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.compose.SourceTree;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Release;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
  private static final int MOST_RECORDS = 1_000;
  private static final int LOCKS = 64;
  private static final int SWEPT_DEPLOYMENTS = 10;
  private static final DateTimeFormatter ID_TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path state;
  private final RedactedJson redacted;
  private final Warnings warnings;
  private final Documents documents;
  private final Releases releases;
  private final DeploymentFiles files;
  private final MountedFiles mounted;
  private final GivenFiles given;
  private final Object[] locks = Stream.generate(Object::new).limit(LOCKS).toArray();

  private FileStore(Path state, Path secrets, Redactor redactor, Warnings warnings) {
    this.state = state;
    redacted = new RedactedJson(redactor);
    this.warnings = warnings;
    documents = new Documents(warnings);
    releases = new Releases(documents, new Seal(state.resolve("seal.key"), warnings), warnings);
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

  private Object lock(String app) {
    return locks[Math.floorMod(app.hashCode(), LOCKS)];
  }

  @Override
  public Memory memory(String app) {
    AppFolder folder = folder(app);
    synchronized (lock(app)) {
      Optional<Memory> present = documents.read(folder.memory(), RecordJson.mapper(), Memory.class);
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

  @Override
  public void saveMemory(String app, Memory memory) {
    AppFolder folder = folder(app);
    ObjectNode content = redacted.of(memory);
    synchronized (lock(app)) {
      Optional<Memory> present = documents.read(folder.memory(), RecordJson.mapper(), Memory.class);
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
    synchronized (lock(app)) {
      return releases.load(folder(app), app, id);
    }
  }

  @Override
  public void saveRelease(Release release) {
    synchronized (lock(release.app())) {
      releases.save(folder(release.app()), release);
    }
  }

  @Override
  public void keepReleases(String app, List<String> ids) {
    AppFolder folder = folder(app);
    synchronized (lock(app)) {
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
    synchronized (lock(app)) {
      return documents.read(
          folder(app).record(deploymentId), RecordJson.mapper(), DeploymentRecord.class);
    }
  }

  @Override
  public void saveRecord(DeploymentRecord record) {
    Path file = folder(record.app()).record(record.deploymentId());
    synchronized (lock(record.app())) {
      documents.write(file, redacted.of(record), DurableFiles.SHARED);
    }
  }

  @Override
  public List<DeploymentRecord> records(String app, int limit) {
    List<DeploymentRecord> found = new ArrayList<>();
    List<String> ids = ids(app).sorted(AppFolder.NEWEST_FIRST).toList();
    for (String id : ids) {
      if (found.size() >= Math.min(limit, MOST_RECORDS)) {
        break;
      }
      readable(app, id).ifPresent(found::add);
    }
    return List.copyOf(found);
  }

  private Stream<String> ids(String app) {
    return DurableFiles.names(folder(app).deployments()).filter(AppFolder::isDeployment);
  }

  private Optional<DeploymentRecord> readable(String app, String id) {
    try {
      return record(app, id);
    } catch (UncheckedIOException | NewerFormatException e) {
      warnings.warn(e.getMessage() + "; it is left out of the history");
      return Optional.empty();
    }
  }

  @Override
  public void dropRecords(String app, Instant before) {
    String inFlight = memory(app).deployment();
    ids(app)
        // A deployment cannot have ended before it began, and its id says when that was.
        .filter(
            id -> AppFolder.time(id).compareTo(ID_TIME.format(before)) <= 0 && !id.equals(inFlight))
        .filter(id -> endedBefore(app, id, before))
        .forEach(id -> DurableFiles.remove(folder(app).deployment(id)));
  }

  /**
   * A folder whose record is lost counts by the time in its id; one that cannot be read now stays.
   */
  private boolean endedBefore(String app, String id, Instant before) {
    try {
      Optional<DeploymentRecord> record = record(app, id);
      return record.isEmpty()
          || (record.get().status() != Status.IN_PROGRESS
              && isBefore(record.get().endedAt(), before));
    } catch (UncheckedIOException | NewerFormatException e) {
      warnings.warn(e.getMessage() + "; it is kept");
      return false;
    }
  }

  private static boolean isBefore(@Nullable Instant ended, Instant before) {
    return ended != null && ended.isBefore(before);
  }

  @Override
  public void log(String app, String deploymentId, LogLine line) {
    synchronized (lock(app)) {
      files.log(folder(app).log(deploymentId), line);
    }
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
      synchronized (lock(app)) {
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
    synchronized (lock(release.app())) {
      given.materialise(release.app(), config, Releases.given(release));
      return mounted.materialise(config, Releases.tracked(release), tree);
    }
  }

  @Override
  public void restoreSecrets(Release release) {
    synchronized (lock(release.app())) {
      given.restoreSecrets(release.app(), Releases.given(release));
    }
  }

  @Override
  public Path secrets(String app) {
    folder(app);
    return given.secrets(app);
  }
}
