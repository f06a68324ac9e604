package dev.holdfast.cli;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The file of the agent's unix socket: one that a dead agent left is removed, one that answers is
 * another agent's and stops the start, and anything that is no socket is left alone.
 */
final class AgentSocket {
  /** The kernel's limit for the address of a unix socket, with its closing zero. */
  private static final int LONGEST = 107;

  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET_TYPE = 0140000;
  private final Path file;

  AgentSocket(Path file) {
    this.file = file.toAbsolutePath();
  }

  void prepare() {
    if (file.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST) {
      throw unusable("its path has more than " + LONGEST + " bytes; choose a shorter api.socket");
    }
    try {
      makeFolder();
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        removeStale();
      }
    } catch (IOException e) {
      throw unusable(
          e.getClass().getSimpleName()
              + ": "
              + e.getMessage()
              + "; check api.socket in agent.yaml and the rights of its folder");
    }
  }

  /**
   * Its owner and group may use it, others may not. Until then the umask keeps others from writing,
   * which is what connecting needs.
   */
  void open() {
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    } catch (IOException e) {
      throw unusable("its mode could not be set to 0660: " + e.getMessage());
    }
  }

  void remove() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The next start removes it.
      return;
    }
  }

  private void makeFolder() throws IOException {
    Path folder = file.getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      if (folder.getParent() != null) {
        Files.createDirectories(folder.getParent());
      }
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
    }
  }

  private void removeStale() throws IOException {
    if (!isSocket()) {
      throw unusable(
          "there is something else at this path; move it away, or choose another api.socket");
    }
    if (answers()) {
      throw unusable(
          "another agent answers on it; stop that one first, or give this one its own api.socket"
              + " and state");
    }
    Files.delete(file);
  }

  private boolean isSocket() throws IOException {
    int mode = (int) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & FILE_TYPE) == SOCKET_TYPE;
  }

  /**
   * Connecting to a unix socket never waits for a remote machine: it is accepted, refused, or its
   * queue is full.
   */
  private boolean answers() {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.configureBlocking(false);
      channel.connect(UnixDomainSocketAddress.of(file));
      return true;
    } catch (IOException e) {
      return !String.valueOf(e.getMessage()).contains("refused");
    }
  }

  private CliException unusable(String reason) {
    return new CliException(
        CliException.FAILED, "could not open the socket " + file + " because " + reason);
  }
}
