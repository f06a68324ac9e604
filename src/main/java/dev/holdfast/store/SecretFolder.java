package dev.holdfast.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where secrets lie: below the first of these that is in memory, so that no backup, no image of the
 * disk and no git sees them.
 *
 * <ol>
 *   <li>{@code $RUNTIME_DIRECTORY}, which systemd sets ({@code /run/holdfast});
 *   <li>{@code /run/holdfast}, made where {@code /run} is in memory;
 *   <li>{@code /dev/shm/holdfast}.
 * </ol>
 *
 * <p>The path is the same at each start, because containers know it. A boot empties it, and the
 * engine is there before the agent: it refuses to start a container whose secret is missing (a
 * mount is never asked for as a folder to be made), also one with a restart policy, and tries no
 * more. The agent's first look at an app puts its secrets back before it asks the engine anything,
 * and then starts what stands still as it corrects any other drift.
 */
public final class SecretFolder {
  private static final Path RUN = Path.of("/run/holdfast");
  private static final Path MEMORY = Path.of("/dev/shm/holdfast");
  private static final Set<String> IN_MEMORY = Set.of("tmpfs", "ramfs");
  private static final int DIGITS = 12;

  private SecretFolder() {}

  /** A folder of its own for each state directory, as there is one agent for each. */
  public static Path of(Map<String, String> environment, Path state) {
    String own = Hashes.sha256(state.toAbsolutePath().normalize().toString()).substring(0, DIGITS);
    return Stream.concat(given(environment).stream(), Stream.of(RUN, MEMORY))
        .filter(SecretFolder::isInMemory)
        .findFirst()
        .orElse(RUN)
        .resolve("secrets")
        .resolve(own);
  }

  private static List<Path> given(Map<String, String> environment) {
    return Stream.of(environment.getOrDefault("RUNTIME_DIRECTORY", "").split(":", -1))
        .filter(path -> path.startsWith("/"))
        .limit(1)
        .map(Path::of)
        .toList();
  }

  /** Of a folder that is not there yet: what it would be made in. */
  static boolean isInMemory(Path folder) {
    @Nullable Path there = folder;
    while (there != null && !Files.isDirectory(there)) {
      there = there.getParent();
    }
    try {
      return there != null && IN_MEMORY.contains(Files.getFileStore(there).type());
    } catch (IOException e) {
      return false;
    }
  }
}
