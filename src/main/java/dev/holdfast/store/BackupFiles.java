package dev.holdfast.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.backup.Backups;
import dev.holdfast.backup.Draft;
import dev.holdfast.backup.Operation;
import dev.holdfast.backup.Saved;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Backups as files that people find without the agent: {@code apps/<app>/backups/<id>/<name>} is
 * the content, compressed with zstd, and {@code <name>.json} beside it the note that makes it a
 * backup. A name has no dot, so that the two cannot meet. Nobody but the agent's own account reads
 * them.
 */
public final class BackupFiles implements Backups {
  private static final Set<PosixFilePermission> FOLDER =
      PosixFilePermissions.fromString("rwx------");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
  private static final String NOTE = ".json";

  /** Of a content or of a note that is being written, or removed. */
  private static final Pattern TEMPORARY =
      Pattern.compile("\\.([a-z0-9][a-z0-9_-]{0,62})(?:\\.json)?\\.tmp");

  /** Of one that is being replaced. */
  private static final Pattern FORMER =
      Pattern.compile("\\.([a-z0-9][a-z0-9_-]{0,62})(?:\\.json)?\\.old");

  private static final String OPERATION = "operation.json";
  private static final Comparator<Saved> NEWEST_FIRST =
      Comparator.comparing(Saved::takenAt).thenComparing(Saved::name).reversed();

  private final Path state;
  private final RedactedJson redacted;
  private final Documents documents;

  private BackupFiles(Path state, Redactor redactor, Warnings warnings) {
    this.state = state;
    redacted = new RedactedJson(redactor);
    documents = new Documents(warnings);
  }

  public static BackupFiles open(Path state, Redactor redactor, Consumer<String> warn) {
    return new BackupFiles(state.toAbsolutePath().normalize(), redactor, new Warnings(warn));
  }

  private Path folder(String app) {
    return AppFolder.of(state, app).path().resolve("backups");
  }

  private Path folder(String app, String id) {
    if (!AppFolder.isDeployment(id)) {
      throw new IllegalArgumentException("not a backup's id");
    }
    return folder(app).resolve(id);
  }

  private Path file(String app, String id, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not a backup's name");
    }
    return folder(app, id).resolve(name);
  }

  static Path note(Path file) {
    return file.resolveSibling(file.getFileName() + NOTE);
  }

  @Override
  public List<Saved> all(String app) {
    List<Saved> all = new ArrayList<>();
    for (String id : ids(app)) {
      DurableFiles.names(folder(app, id))
          .filter(name -> NAME.matcher(name).matches())
          .forEach(name -> standing(app, id, name).ifPresent(all::add));
    }
    return all.stream().sorted(NEWEST_FIRST).toList();
  }

  private List<String> ids(String app) {
    return DurableFiles.names(folder(app)).filter(AppFolder::isDeployment).sorted().toList();
  }

  /** One whose file is not as long as it was noted to be is none. */
  private Optional<Saved> standing(String app, String id, String name) {
    Path file = file(app, id, name);
    return documents
        .read(note(file), RecordJson.mapper(), Saved.class)
        .filter(taken -> taken.id().equals(id) && taken.name().equals(name))
        .filter(taken -> taken.size() == size(file));
  }

  private static long size(Path file) {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.size(file) : -1;
    } catch (IOException e) {
      return -1;
    }
  }

  @Override
  public Draft draft(String app, String id, String name) {
    Path file = file(app, id, name);
    long last =
        all(app).stream()
            .filter(taken -> taken.name().equals(name))
            .mapToLong(Saved::size)
            .findFirst()
            .orElse(0);
    try {
      privately(folder(app));
      privately(folder(app, id));
      FormerBackup.recover(file);
      if (!stands(file)) {
        discard(file);
      }
      DiskRoom room = new DiskRoom(folder(app));
      room.require(last, name);
      return new DraftFile(file, room, this::commit);
    } catch (IOException e) {
      throw DurableFiles.failed("make room for backup " + name + " in " + folder(app), e);
    }
  }

  private static void privately(Path folder) throws IOException {
    DurableFiles.folders(DurableFiles.folderOf(folder));
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(FOLDER));
      DurableFiles.sync(DurableFiles.folderOf(folder));
    } catch (FileAlreadyExistsException e) {
      Files.setPosixFilePermissions(folder, FOLDER);
    }
  }

  /** One that is taken anew stands until the new one is known to be good. */
  private static boolean stands(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Files.exists(note(file));
  }

  /** Never a note beside the content of another, and never neither of the two. */
  private void commit(Path file, Saved taken) {
    if (stands(file)) {
      FormerBackup.setAside(file);
    } else {
      DurableFiles.remove(note(file));
      DurableFiles.remove(file);
    }
    documents.write(note(file), redacted.of(taken), DurableFiles.PRIVATE);
  }

  @Override
  public InputStream open(Saved taken) {
    Path file = file(taken.app(), taken.id(), taken.name());
    try {
      String found = Hashes.sha256(file);
      if (!found.equals(taken.sha256())) {
        throw new IOException(
            "its SHA-256 is " + found + ", and " + taken.sha256() + " was noted when it was taken");
      }
      return new ZstdInputStream(Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "backup "
              + taken.name()
              + " of "
              + taken.id()
              + " cannot be used: "
              + DurableFiles.reason(e)
              + "; restore another one (`holdfast backups "
              + taken.app()
              + "`)",
          e);
    }
  }

  @Override
  public void remove(Saved taken) {
    FormerBackup.recover(file(taken.app(), taken.id(), taken.name()));
    discard(file(taken.app(), taken.id(), taken.name()));
    if (DurableFiles.names(folder(taken.app(), taken.id())).findAny().isEmpty()) {
      DurableFiles.remove(folder(taken.app(), taken.id()));
    }
  }

  /**
   * The content gets the temporary name first: whenever a death cuts this off, what is left is
   * known to be the agent's, and goes with the next sweep.
   */
  private static void discard(Path file) {
    try {
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(file, DurableFiles.temporary(file), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException e) {
      throw DurableFiles.failed("remove " + file, e);
    }
    DurableFiles.remove(note(file));
    DurableFiles.remove(DurableFiles.temporary(file));
  }

  /**
   * Only what bears the agent's own temporary names, and the note that belongs to such a file.
   * People come here too, and what they put here stays, whatever it is called.
   */
  @Override
  public void sweep(String app) {
    for (String id : ids(app)) {
      Path folder = folder(app, id);
      DurableFiles.names(folder)
          .map(FORMER::matcher)
          .filter(Matcher::matches)
          .forEach(former -> FormerBackup.recover(folder.resolve(former.group(1))));
      Set<String> names = DurableFiles.names(folder).collect(Collectors.toSet());
      boolean swept = false;
      for (String name : names) {
        Matcher own = TEMPORARY.matcher(name);
        if (own.matches()) {
          swept = true;
          if (!names.contains(own.group(1))) {
            DurableFiles.remove(folder.resolve(own.group(1) + NOTE));
          }
          DurableFiles.remove(folder.resolve(name));
        }
      }
      if ((swept || names.isEmpty()) && DurableFiles.names(folder).findAny().isEmpty()) {
        DurableFiles.remove(folder);
      }
    }
  }

  @Override
  public Optional<Operation> operation(String app) {
    return documents.read(folder(app).resolve(OPERATION), RecordJson.mapper(), Operation.class);
  }

  @Override
  public void save(String app, Operation operation) {
    ObjectNode content = redacted.of(operation);
    try {
      privately(folder(app));
    } catch (IOException e) {
      throw DurableFiles.failed("make " + folder(app), e);
    }
    documents.write(folder(app).resolve(OPERATION), content, DurableFiles.PRIVATE);
  }
}
