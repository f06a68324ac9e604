package dev.holdfast.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The files of the server that an app's definition may read: those below its project directory, and
 * absolute ones that agent.yaml names or allows. A symbolic link that leads elsewhere is as if it
 * were not there.
 */
final class ServerFiles implements Function<String, Optional<byte[]>> {
  private static final int MOST_BYTES = 4 << 20;

  private final Supplier<Path> projectDirectory;
  private final List<Path> allowed;

  /**
   * @param allowed absolute files and folders
   */
  ServerFiles(Supplier<Path> projectDirectory, List<Path> allowed) {
    this.projectDirectory = projectDirectory;
    this.allowed = List.copyOf(allowed);
  }

  @Override
  public Optional<byte[]> apply(String path) {
    if (path.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    Path asked = Path.of(path);
    return asked.isAbsolute()
        ? allowed.stream()
            .filter(asked.normalize()::startsWith)
            .findFirst()
            .flatMap(root -> read(root, asked))
        : read(projectDirectory.get(), projectDirectory.get().resolve(asked));
  }

  private static Optional<byte[]> read(Path root, Path file) {
    try {
      Path real = file.toRealPath();
      if (!real.startsWith(root.toRealPath())
          || !Files.isRegularFile(real, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.empty();
      }
      try (InputStream in = Files.newInputStream(real)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        return bytes.length > MOST_BYTES ? Optional.empty() : Optional.of(bytes);
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
