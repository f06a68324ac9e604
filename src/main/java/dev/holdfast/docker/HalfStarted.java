package dev.holdfast.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What an engine leaves that died between making a container's process and starting it: a {@code
 * runc init} that waits for ever below its shim. Engine 20.10 neither starts nor ends it, not even
 * with the container. It keeps the container's network address, and whatever gets that address next
 * is not reached. So where this agent may, it is ended here; no other process is.
 */
final class HalfStarted {
  private static final List<String> WAITING = List.of("runc", "init");
  private static final String SHIM = "containerd-shim";

  private HalfStarted() {}

  /**
   * Ends it with its shim, after which containerd clears up the rest. Elsewhere than on the
   * engine's own machine, or without the right to signal it, nothing is found or happens.
   *
   * @param id of the container, 64 hexadecimal digits
   * @return whether something was ended
   */
  static boolean end(String id) {
    List<ProcessHandle> waiting =
        ProcessHandle.allProcesses()
            .filter(process -> words(process).equals(WAITING))
            .filter(process -> process.parent().filter(parent -> isShim(parent, id)).isPresent())
            .toList();
    boolean ended = false;
    for (ProcessHandle process : waiting) {
      List<ProcessHandle> shim = process.parent().filter(p -> isShim(p, id)).stream().toList();
      ended |= process.destroyForcibly();
      shim.forEach(ProcessHandle::destroyForcibly);
    }
    return ended;
  }

  private static boolean isShim(ProcessHandle process, String id) {
    List<String> words = words(process);
    int at = words.indexOf("-id");
    return at > 0
        && at + 1 < words.size()
        && words.get(at + 1).equals(id)
        && Path.of(words.getFirst()).getFileName().toString().startsWith(SHIM);
  }

  /** Its command line; empty where it is gone, or belongs to somebody else. */
  private static List<String> words(ProcessHandle process) {
    try {
      Path file = Path.of("/proc", String.valueOf(process.pid()), "cmdline");
      return List.of(Files.readString(file, StandardCharsets.ISO_8859_1).split("\0"));
    } catch (IOException e) {
      return List.of();
    }
  }
}
