package dev.holdfast.store;

import dev.holdfast.compose.SourceTree;
import dev.holdfast.model.MountSpec.Tracked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code config/<content hash>/content}: the tracked files and folders that containers mount, never
 * changed by us once they are there. They are readable by all, because the users of containers are
 * not ours; the folders above keep others out.
 *
 * <p>What is missing is written beside its place, checked, forced to the disk, and then takes the
 * place in one step, and leaves it in one step: a copy is never half there. So that one which does
 * not match its hash was altered by someone, in all likelihood the container that mounts it
 * writable. It may be the only copy of what was written and is in use: it is neither replaced nor
 * removed, and a warning tells of it.
 *
 * <p>What is there is read and hashed once per process, and again when size, time or mode of any
 * file in it differ from then.
 */
final class MountedFiles {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Set<PosixFilePermission> PLAIN =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private final Map<Path, String> seenWhole = new ConcurrentHashMap<>();
  private final Warnings warnings;

  MountedFiles(Warnings warnings) {
    this.warnings = warnings;
  }

  /**
   * @throws UncheckedIOException when something is missing and cannot be written
   */
  Path materialise(Path config, Collection<Tracked> mounts, @Nullable SourceTree tree) {
    mounts.forEach(mount -> materialise(config, mount, tree));
    return config;
  }

  private void materialise(Path config, Tracked mount, @Nullable SourceTree tree) {
    if (!HASH.matcher(mount.contentHash()).matches()) {
      throw new IllegalArgumentException("not a content hash: " + mount.contentHash());
    }
    Path slot = config.resolve(mount.contentHash());
    if (isPresent(slot)) {
      warnIfAltered(slot, mount);
      return;
    }
    if (tree == null) {
      throw failed(
          mount,
          "its copy at " + slot + " is missing, and the revision that it came from is not at hand");
    }
    try {
      write(slot, mount, tree);
    } catch (IOException e) {
      throw DurableFiles.failed(
          "copy the tracked file or folder '" + mount.path() + "' to " + slot, e);
    }
  }

  /** A link in its place is no copy: the engine would follow it. */
  private static boolean isPresent(Path slot) {
    Path content = slot.resolve(CopiedContent.NAME);
    return Files.isRegularFile(content, LinkOption.NOFOLLOW_LINKS)
        || Files.isDirectory(content, LinkOption.NOFOLLOW_LINKS);
  }

  private void warnIfAltered(Path slot, Tracked mount) {
    if (!isWhole(slot, mount.contentHash())) {
      warnings.warn(
          "the copy of the tracked file or folder '"
              + mount.path()
              + "' at "
              + slot
              + " was altered after it was made, probably by a container that mounts it writable;"
              + " it stays as it is and in use: mount it read-only, and to have it made anew"
              + " move it away and deploy again");
    }
  }

  private void write(Path slot, Tracked mount, SourceTree tree) throws IOException {
    Path fresh = DurableFiles.temporary(slot);
    DurableFiles.remove(fresh);
    DurableFiles.folders(fresh);
    try {
      copy(tree, mount, fresh.resolve(CopiedContent.NAME));
      DurableFiles.sync(fresh);
      if (!isWhole(fresh, mount.contentHash())) {
        throw failed(
            mount,
            "the source holds other content than the release names (" + mount.contentHash() + ")");
      }
      place(slot, fresh);
    } finally {
      seenWhole.remove(fresh);
      DurableFiles.remove(fresh);
    }
  }

  /** What else lies there holds no copy. */
  private static void place(Path slot, Path fresh) throws IOException {
    DurableFiles.remove(slot);
    Files.move(fresh, slot, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.sync(DurableFiles.folderOf(slot));
  }

  private static void copy(SourceTree tree, Tracked mount, Path to) throws IOException {
    Optional<byte[]> file = tree.file(mount.path());
    if (file.isPresent()) {
      DurableFiles.put(to, file.get(), isExecutable(tree, mount.path()) ? EXECUTABLE : PLAIN);
      return;
    }
    SortedMap<String, SourceTree.Tracked> files = tree.under(mount.path());
    if (files.isEmpty()) {
      throw failed(mount, "the source tracks nothing there");
    }
    makeFolder(to);
    for (Map.Entry<String, SourceTree.Tracked> entry : files.entrySet()) {
      copyInto(tree, mount, to, entry.getKey(), entry.getValue().executable());
    }
  }

  private static void copyInto(
      SourceTree tree, Tracked mount, Path to, String name, boolean executable) throws IOException {
    Path target = to.resolve(name).normalize();
    if (!target.startsWith(to) || target.equals(to)) {
      throw failed(mount, "the source names a file outside of it");
    }
    String path = mount.path().isEmpty() ? name : mount.path() + "/" + name;
    byte[] content =
        tree.file(path)
            .orElseThrow(
                () -> failed(mount, "the source lists '" + name + "' and has no content for it"));
    makeFolder(DurableFiles.folderOf(target));
    DurableFiles.put(target, content, executable ? EXECUTABLE : PLAIN);
    DurableFiles.sync(DurableFiles.folderOf(target));
  }

  private static void makeFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      makeFolder(DurableFiles.folderOf(folder));
      Files.createDirectory(folder);
      Files.setPosixFilePermissions(folder, EXECUTABLE);
      DurableFiles.sync(DurableFiles.folderOf(folder));
    }
  }

  private static boolean isExecutable(SourceTree tree, String path) {
    return tree.tracked(path).map(SourceTree.Tracked::executable).orElse(false);
  }

  private boolean isWhole(Path slot, String hash) {
    try {
      CopiedContent content = CopiedContent.look(slot);
      if (content.stamp().equals(seenWhole.get(slot))) {
        return true;
      }
      boolean whole = content.is(hash);
      if (whole) {
        seenWhole.put(slot, content.stamp());
      }
      return whole;
    } catch (NoSuchFileException e) {
      return false;
    } catch (IOException e) {
      throw DurableFiles.failed("check " + slot, e);
    }
  }

  /** Removes the copies that are not among those to keep, and not altered. */
  void keep(Path config, Set<String> hashes) {
    DurableFiles.names(config)
        .filter(name -> HASH.matcher(name).matches() && !hashes.contains(name))
        .forEach(name -> drop(config.resolve(name), name));
  }

  private void drop(Path slot, String hash) {
    if (isPresent(slot) && !isWhole(slot, hash)) {
      warnings.warn(
          slot
              + " is no longer mounted by any kept release, and a container has written to it; it"
              + " is left there: save what is needed and remove it");
      return;
    }
    seenWhole.remove(slot);
    Path leaving = DurableFiles.temporary(slot);
    try {
      DurableFiles.remove(leaving);
      Files.move(slot, leaving, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw DurableFiles.failed("remove " + slot, e);
    }
    DurableFiles.remove(leaving);
  }

  private static UncheckedIOException failed(Tracked mount, String reason) {
    return DurableFiles.failed(
        "copy the tracked file or folder '" + mount.path() + "'", new IOException(reason));
  }
}
