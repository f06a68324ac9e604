package dev.holdfast.config;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What agent.yaml refers to outside of itself. */
public record Surroundings(Map<String, String> environment, String hostName, FileChecks files) {
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  public Surroundings {
    environment = Map.copyOf(environment);
  }

  public static Surroundings ofThisServer(Map<String, String> environment) {
    return new Surroundings(environment, thisHost(), Surroundings::check);
  }

  /** Whether a file can be used; what is wrong reads on from its name. */
  @FunctionalInterface
  public interface FileChecks {
    Optional<String> problem(Path file, Kind kind);
  }

  /** SECRET: others may neither read nor write it. TRUSTED: others may not write it. */
  public enum Kind {
    SECRET,
    TRUSTED
  }

  private static String thisHost() {
    try {
      return Files.readString(HOST_NAME).strip();
    } catch (IOException e) {
      return nameFromResolver();
    }
  }

  private static String nameFromResolver() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static Optional<String> check(Path file, Kind kind) {
    if (!Files.exists(file)) {
      return Optional.of("does not exist; create it, or correct the path");
    }
    if (!Files.isRegularFile(file)) {
      return Optional.of("is not a file");
    }
    if (!Files.isReadable(file)) {
      return Optional.of("cannot be read by this user; give it to the agent's user or group");
    }
    try {
      return rights(file, kind, Files.getPosixFilePermissions(file));
    } catch (IOException e) {
      return Optional.of("cannot be looked at: " + e.getMessage());
    }
  }

  private static Optional<String> rights(Path file, Kind kind, Set<PosixFilePermission> rights) {
    if (kind == Kind.SECRET && rights.contains(PosixFilePermission.OTHERS_READ)) {
      return Optional.of("can be read by every user of this server; run: chmod o-rwx " + file);
    }
    return rights.contains(PosixFilePermission.OTHERS_WRITE)
        ? Optional.of("can be written by every user of this server; run: chmod o-w " + file)
        : Optional.empty();
  }
}
