package dev.holdfast.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * An app's project directory, as the source of bind mounts. Containers write into it, and a
 * symbolic link that one of them made would be followed by the engine, as root and on the server:
 * no part of a path below the directory may be a link. The directory itself is the operator's and
 * may be reached through links. What is missing is left to the engine, which creates it.
 */
final class ProjectFolder {
  private final Path folder;

  ProjectFolder(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
  }

  /**
   * Where a path below it lies on the server.
   *
   * @throws EngineException.Refused where it leads elsewhere, or that cannot be told
   */
  Path source(String path) {
    try {
      Path root = real(folder);
      Path source = root.resolve(path).normalize();
      if (!source.startsWith(root)) {
        throw refused(path, "it lies outside the project directory");
      }
      refuseLinks(path, root, root.relativize(source));
      return source;
    } catch (IOException e) {
      throw refused(path, "it cannot be told where it leads (" + e + ")");
    }
  }

  /** A directory that is not there yet is as real as what it will be made in. */
  private static Path real(Path directory) throws IOException {
    Path parent = directory.getParent();
    try {
      return directory.toRealPath();
    } catch (NoSuchFileException e) {
      if (parent == null || Files.isSymbolicLink(directory)) {
        throw e;
      }
      return real(parent).resolve(directory.getFileName());
    }
  }

  private static void refuseLinks(String path, Path root, Path below) throws IOException {
    Path place = root;
    for (Path name : below) {
      place = place.resolve(name);
      try {
        BasicFileAttributes found =
            Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (found.isSymbolicLink()) {
          throw refused(
              path,
              "it leads through a symbolic link, "
                  + place
                  + ", which a container may have made; mount the folder itself");
        }
        if (!found.isDirectory() && !place.equals(root.resolve(below))) {
          throw refused(path, "it leads through " + place + ", which is no folder");
        }
      } catch (NoSuchFileException e) {
        return;
      }
    }
  }

  private static EngineException.Refused refused(String path, String why) {
    return new EngineException.Refused("could not mount './" + path + "': " + why);
  }
}
