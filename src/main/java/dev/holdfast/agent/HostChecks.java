package dev.holdfast.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Disk, clock and permissions of this server.
 *
 * @param config the file agent.yaml
 */
record HostChecks(Path state, Path config, Instant now) {
  private static final long MIB = 1 << 20;
  private static final long LEAST_STATE = 50 * MIB;
  private static final long LEAST_IMAGES = 1024 * MIB;
  private static final Duration JUMP = Duration.ofMinutes(2);

  /** Whichever of the usual services keeps the clock leaves one of these. */
  private static final List<Path> CLOCK_KEEPERS =
      List.of(
          Path.of("/run/systemd/timesync/synchronized"),
          Path.of("/run/chrony"),
          Path.of("/run/chrony/chronyd.pid"),
          Path.of("/run/ntpd.pid"),
          Path.of("/run/ntpd"),
          Path.of("/run/openntpd.pid"));

  List<Examination> all() {
    List<Examination> all = new ArrayList<>();
    all.add(disk("state", existing(state), LEAST_STATE));
    all.add(clock());
    all.addAll(permissions());
    return all;
  }

  /** Where images are pulled to. */
  List<Examination> engineDisk(String folder) {
    Path data = Path.of(folder);
    return Files.isDirectory(data) ? List.of(disk("images", data, LEAST_IMAGES)) : List.of();
  }

  private static Path existing(Path path) {
    Path there = path.toAbsolutePath();
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  private static Examination disk(String what, Path folder, long least) {
    try {
      FileStore store = Files.getFileStore(folder);
      long free = store.getUsableSpace();
      String room = mebibytes(free) + " free of " + mebibytes(store.getTotalSpace());
      if (free < least) {
        return Examination.failed(
            "disk",
            what,
            folder
                + " has "
                + room
                + "; make room (docker system df), at least "
                + mebibytes(least));
      }
      return free < store.getTotalSpace() / 20
          ? Examination.warning(
              "disk", what, folder + " has " + room + ", less than 5 %; make room soon")
          : Examination.ok("disk", what, folder + " has " + room);
    } catch (IOException e) {
      return Examination.failed(
          "disk", what, "could not look at the disk of " + folder + " because of " + e);
    }
  }

  private static String mebibytes(long bytes) {
    return bytes >= 10L * 1024 * MIB ? bytes / MIB / 1024 + " GiB" : bytes / MIB + " MiB";
  }

  private Examination clock() {
    Instant newest = newest();
    if (newest.isAfter(now.plus(JUMP))) {
      return Examination.failed(
          "clock",
          "",
          "it is "
              + seconds(now)
              + ", but a file of the agent's state was written at "
              + seconds(newest)
              + "; set the clock right (timedatectl), or tokens and certificates will be refused");
    }
    return CLOCK_KEEPERS.stream().anyMatch(Files::exists)
        ? Examination.ok("clock", "", "it is " + seconds(now) + ", and a time service keeps it")
        : Examination.warning(
            "clock",
            "",
            "it is "
                + seconds(now)
                + ", and no time service was found that keeps it; compare it, or apt-get install"
                + " systemd-timesyncd");
  }

  private static Instant seconds(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** The latest time of a file of an app's own folder; the epoch where there is none. */
  private Instant newest() {
    try (Stream<Path> files = Files.find(state.resolve("apps"), 2, (p, a) -> a.isRegularFile())) {
      return files.map(HostChecks::modified).max(Instant::compareTo).orElse(Instant.EPOCH);
    } catch (IOException | UncheckedIOException e) {
      return Instant.EPOCH;
    }
  }

  private static Instant modified(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException e) {
      return Instant.EPOCH;
    }
  }

  private List<Examination> permissions() {
    List<Examination> wrong = new ArrayList<>();
    if (!"root".equals(System.getProperty("user.name"))) {
      wrong.add(
          Examination.warning(
              "permissions", "", "not run by root, so it may see less than the agent; use sudo"));
    }
    for (Path path :
        List.of(config.toAbsolutePath(), config.toAbsolutePath().resolveSibling("."))) {
      others(path.normalize(), PosixFilePermission.OTHERS_WRITE)
          .map(
              file ->
                  Examination.failed(
                      "permissions", "", "every user may write " + file + "; chmod o-w " + file))
          .ifPresent(wrong::add);
    }
    others(state, PosixFilePermission.OTHERS_READ)
        .map(
            folder ->
                Examination.warning(
                    "permissions", "", "every user may read " + folder + "; chmod o-rwx " + folder))
        .ifPresent(wrong::add);
    Path there = existing(state);
    if (!Files.isWritable(there)) {
      wrong.add(
          Examination.failed(
              "permissions", "", "could not write below " + there + "; run the agent as root"));
    }
    return wrong.isEmpty()
        ? List.of(
            Examination.ok("permissions", "", "agent.yaml and " + state + " are as they should be"))
        : wrong;
  }

  private static Optional<Path> others(Path path, PosixFilePermission permission) {
    try {
      Set<PosixFilePermission> given = Files.getPosixFilePermissions(path);
      return given.contains(permission) ? Optional.of(path) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
