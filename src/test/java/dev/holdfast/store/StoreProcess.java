package dev.holdfast.store;

import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Memory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Another agent's process, as far as the store is concerned: what a kill or a limit of the kernel
 * does to it is real.
 */
final class StoreProcess {
  static final String ID = "20261120T120000Z-4f3c2a1b9d0e";

  private StoreProcess() {}

  /**
   * @param prefix shell text before the command, such as a limit
   */
  static Process start(String prefix, String task, Path state) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(List.of("sh", "-c", prefix + "exec \"$@\"", "sh", java));
    command.addAll(
        List.of("-XX:-UsePerfData", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            StoreProcess.class.getName(),
            task,
            state.toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  public static void main(String[] arguments) throws IOException {
    Path state = Path.of(arguments[1]);
    switch (arguments[0]) {
      case "lock" -> lock(state);
      case "outbox" -> OutboxTest.writeUntilKilled(state);
      case "write" -> write(FileStore.open(state, new Redactor(), System.out::println));
      case "write-much" -> writeMuch(FileStore.open(state, new Redactor(), System.out::println));
      default -> throw new IllegalArgumentException(arguments[0]);
    }
  }

  private static void lock(Path state) throws IOException {
    try (StateLock lock = StateLock.take(state)) {
      System.out.println("taken " + (lock != null));
      System.in.read();
    } catch (StateLock.Taken e) {
      System.out.println(e.getMessage());
    }
  }

  /** Writes until it is killed. */
  private static void write(Store store) {
    for (int i = 0; ; i++) {
      store.saveMemory("shop", Samples.memory(null).withPinned("%012x".formatted(i)));
      store.saveRecord(
          Samples.record(ID, i % 2 == 0 ? Status.IN_PROGRESS : Status.FAILED, Samples.NOON));
      store.saveRelease(Samples.release("acme/api:" + i));
      if (i == 0) {
        System.out.println("writing");
      }
    }
  }

  private static void writeMuch(Store store) {
    Memory memory = store.memory("shop");
    for (int i = 0; i < 1_000; i++) {
      memory =
          memory.quarantine(
              new Memory.Quarantine(
                  "%012x".formatted(i), ID, "the probe failed", Samples.NOON, 1, null));
    }
    try {
      store.saveMemory("shop", memory);
      System.out.println("written");
    } catch (UncheckedIOException e) {
      System.out.println(e.getMessage());
    }
  }
}
