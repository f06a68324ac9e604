package dev.holdfast.store;

import dev.holdfast.model.MountSpec.Given;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code <folder>/<slot>/content}: the content that a release gives its containers. A config lies
 * in the app's {@code config} folder, a secret in a folder in memory that only root may enter. The
 * file itself has the rights that were declared, because the container's user is not ours. Written
 * aside and put in its place in one step; never changed afterwards, since another content has
 * another slot.
 */
final class GivenFiles {
  private static final Pattern SLOT = Pattern.compile("[0-9a-f]{64}-given");
  private static final Path SELF = Path.of("/proc/self");
  private static final String CONTENT = "content";
  private static final Set<PosixFilePermission> OURS_ALONE =
      PosixFilePermissions.fromString("rwx------");

  private final Path secrets;

  /**
   * @param secrets of all apps, in memory
   */
  GivenFiles(Path secrets) {
    this.secrets = secrets;
  }

  Path secrets(String app) {
    return secrets.resolve(app);
  }

  /**
   * @throws UncheckedIOException when something is missing and cannot be written
   */
  void materialise(String app, Path config, List<Given> all) {
    all.stream().filter(given -> !given.secret()).forEach(given -> write(config, given));
    restoreSecrets(app, all);
  }

  void restoreSecrets(String app, List<Given> all) {
    for (Given given : all) {
      if (given.secret()) {
        refuseDisk(given);
        write(secrets(app), given);
      }
    }
  }

  private void refuseDisk(Given given) {
    try {
      if (!SecretFolder.isInMemory(secrets)) {
        throw new IOException(
            secrets + " lies on a disk; mount a tmpfs at /run, or run the agent by systemd");
      }
      Path above = DurableFiles.folderOf(secrets);
      claim(DurableFiles.folderOf(above));
      for (Path folder : List.of(above, secrets)) {
        claim(folder);
        Files.setPosixFilePermissions(folder, OURS_ALONE);
      }
    } catch (IOException e) {
      throw DurableFiles.failed("give secret '" + given.name() + "'", e);
    }
  }

  /**
   * Whoever owns a folder could put another into its place, as in a /dev/shm that is everyone's.
   */
  private static void claim(Path folder) throws IOException {
    DurableFiles.folders(folder);
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (Files.isSymbolicLink(folder) || !owner.equals(Files.getAttribute(SELF, "unix:uid"))) {
      throw new IOException(folder + " is a link or another user's; remove it");
    }
  }

  private static void write(Path folder, Given given) {
    Path slot = folder.resolve(given.slot());
    Path fresh = DurableFiles.temporary(slot);
    try {
      if (isWhole(slot.resolve(CONTENT), given)) {
        return;
      }
      DurableFiles.remove(fresh);
      DurableFiles.folders(fresh);
      Path file = fresh.resolve(CONTENT);
      DurableFiles.put(file, given.bytes(), DurableFiles.PRIVATE);
      own(file, "unix:uid", given.owner());
      own(file, "unix:gid", given.group());
      Files.setAttribute(file, "unix:mode", given.mode());
      DurableFiles.sync(fresh);
      DurableFiles.remove(slot);
      Files.move(fresh, slot, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.sync(folder);
    } catch (IOException e) {
      throw DurableFiles.failed("write '" + given.name() + "' to " + slot, e);
    } finally {
      DurableFiles.remove(fresh);
    }
  }

  private static void own(Path file, String attribute, @Nullable Integer id) throws IOException {
    if (id != null) {
      try {
        Files.setAttribute(file, attribute, id);
      } catch (IOException e) {
        throw new IOException(
            "its uid or gid could not be set ("
                + DurableFiles.reason(e)
                + "); run the agent as root, or leave them out",
            e);
      }
    }
  }

  private static boolean isWhole(Path file, Given given) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Map<String, Object> found =
        Files.readAttributes(file, "unix:mode,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
    byte[] content = given.bytes();
    return Objects.equals(found.get("size"), (long) content.length)
        && found.get("mode") instanceof Integer mode
        && (mode & 07777) == given.mode()
        && (given.owner() == null || given.owner().equals(found.get("uid")))
        && (given.group() == null || given.group().equals(found.get("gid")))
        && Arrays.equals(Files.readAllBytes(file), content);
  }

  /** Removes what is not among the slots to keep. */
  void keep(String app, Path config, Set<String> slots) {
    for (Path folder : List.of(config, secrets(app))) {
      DurableFiles.names(folder)
          .filter(name -> SLOT.matcher(name).matches() && !slots.contains(name))
          .forEach(name -> DurableFiles.remove(folder.resolve(name)));
    }
  }
}
