package dev.holdfast.sim;

import dev.holdfast.docker.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the app's one database and the files of its one volume. {@code dump} prints the rows,
 * {@code load} replaces them and is not done at once, {@code check} wants whole ones.
 */
final class FakeData {
  String rows = "ann,bob";

  /** What a restore was given last. */
  String given = "";

  String files = "a.jpg";
  boolean verifies = true;
  boolean dumps = true;
  boolean loads = true;

  /** Whether a tar of the files comes to its end. */
  boolean wholeTars = true;

  /** Those who must not touch it while it is put back. */
  final List<String> restoring = new ArrayList<>();

  /** Nothing that it is asked fails any more. */
  void isWell() {
    verifies = true;
    dumps = true;
    loads = true;
  }

  int exec(
      List<String> command,
      @Nullable InputStream input,
      OutputStream output,
      Consumer<String> messages,
      Runnable inTheMiddle) {
    try {
      return switch (command.getFirst()) {
        case "dump" -> dump(output, messages);
        case "check" -> check(input, messages);
        case "load" -> load(input, messages, inTheMiddle);
        default -> 127;
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int dump(OutputStream output, Consumer<String> messages) throws IOException {
    if (!dumps) {
      messages.accept("connection refused");
      return 1;
    }
    output.write(rows.getBytes(StandardCharsets.UTF_8));
    return 0;
  }

  private int check(@Nullable InputStream input, Consumer<String> messages) throws IOException {
    String given = input == null ? "" : new String(input.readAllBytes(), StandardCharsets.UTF_8);
    if (!verifies || given.isEmpty()) {
      messages.accept("not an archive");
      return 1;
    }
    return 0;
  }

  private int load(@Nullable InputStream input, Consumer<String> messages, Runnable inTheMiddle)
      throws IOException {
    given = input == null ? "" : new String(input.readAllBytes(), StandardCharsets.UTF_8);
    rows = "half of " + given;
    inTheMiddle.run();
    if (!loads) {
      messages.accept("disk is full");
      return 1;
    }
    rows = given;
    return 0;
  }

  static EngineException notRunning(String id) {
    return new EngineException.Conflict("Container " + id + " is not running");
  }
}
