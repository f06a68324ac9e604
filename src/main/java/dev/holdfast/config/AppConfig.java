package dev.holdfast.config;

import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One app of agent.yaml.
 *
 * @param directory where relative bind mounts that git does not track live; null: not said
 * @param compose empty: the first of the names that Compose looks for
 * @param envFiles in order, later ones win; they exist and others cannot read them
 * @param allowUrls patterns of addresses that its files may make the agent ask
 * @param settle how long a tag must stand where it was moved away from before it is followed back
 * @param approvalExpires how long a release waits for its approval; null: for ever
 * @param window empty: at any time
 * @param freeze when nothing is rolled out, whatever the windows say
 * @param group of apps of which never two are rolled out at once; null: none
 * @param beside Compose projects on this server that look like this app and are others
 */
public record AppConfig(
    String name,
    Origin source,
    @Nullable Path directory,
    List<String> compose,
    Versions versions,
    List<Path> envFiles,
    List<String> requireEnv,
    Set<Permission> allow,
    List<Path> allowPaths,
    List<String> allowImages,
    List<String> allowUrls,
    Duration settle,
    Approval approval,
    @Nullable Duration approvalExpires,
    List<Window> window,
    List<Freeze> freeze,
    @Nullable String group,
    List<String> notifiers,
    List<String> beside,
    Keep keep) {
  public AppConfig {
    beside = List.copyOf(beside);
    compose = List.copyOf(compose);
    envFiles = List.copyOf(envFiles);
    requireEnv = List.copyOf(requireEnv);
    allow = Set.copyOf(allow);
    allowPaths = List.copyOf(allowPaths);
    allowImages = List.copyOf(allowImages);
    allowUrls = List.copyOf(allowUrls);
    window = List.copyOf(window);
    freeze = List.copyOf(freeze);
    notifiers = List.copyOf(notifiers);
  }

  /** Where its definition comes from. */
  public sealed interface Origin {
    /** {@code path}: the folder in the repository, empty for its root. */
    record Git(String url, String ref, String path, Login login) implements Origin {}

    record Directory(Path path) implements Origin {}
  }

  /** How a git host is convinced. */
  public sealed interface Login {
    record None() implements Login {}

    record Password(String username, Secret password) implements Login {}

    record SshKey(Path keyFile, Path knownHostsFile) implements Login {}
  }

  /** The desired-version file. */
  public sealed interface Versions {
    /**
     * {@code named}: agent.yaml names it, so that it must be there; without, a source that has none
     * is fine.
     */
    record InSource(String path, boolean named) implements Versions {}

    record OnServer(Path path) implements Versions {}
  }

  /** What its Compose files may ask for beyond the ordinary. */
  public enum Permission {
    PRIVILEGED,
    HOST_NETWORK,
    HOST_PID,
    HOST_IPC,
    DOCKER_SOCKET,
    DEVICES,
    CAPABILITIES,
    SECURITY_OPT,
    ALL;

    /** As in agent.yaml: {@code host-network}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public enum Approval {
    NONE,
    REQUIRED
  }

  /**
   * A time in which releases are rolled out; past midnight where {@code to} is not after {@code
   * from}.
   */
  public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to, ZoneId zone) {
    public Window {
      days = Set.copyOf(days);
    }
  }

  /** Nothing is rolled out from {@code from} until just before {@code to}. */
  public record Freeze(Instant from, Instant to, ZoneId zone, String reason) {}

  public record Keep(int releases, int backups, Duration backupAge, Duration records) {
    public static final Keep DEFAULT = new Keep(3, 5, Duration.ofDays(30), Duration.ofDays(365));
  }

  public boolean allows(Permission permission) {
    return allow.contains(Permission.ALL) || allow.contains(permission);
  }
}
