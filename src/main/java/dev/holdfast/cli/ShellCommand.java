package dev.holdfast.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "shell",
    description = {
      "Opens a container of its own of a service, to look into it or to run one command: of the release"
          + " that failed, where one did, else of the one that runs.",
      "It has the service's environment, networks and mounts, and no ports. The agent removes it at the"
          + " end and notes who ran which command. With a terminal where standard input and output are one."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0..255:that of the command, once it has begun",
      "1:it could not begin, or was cut off",
      "2:wrong usage",
      "4:no agent answers, or it went away"
    })
final class ShellCommand implements Callable<Integer> {
  private final Context context;

  @Parameters(index = "0", paramLabel = "APP")
  String app = "";

  @Parameters(index = "1", paramLabel = "SERVICE", description = "of the app's Compose file")
  String service = "";

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "COMMAND",
      description =
          "after `--`; it is given to the image's entrypoint, as docker compose run does (default: a"
              + " shell)")
  List<String> command = List.of();

  @Option(names = "--release", paramLabel = "R", description = "another release that is kept")
  @Nullable String release;

  @Option(
      names = "--migration",
      description = "with the variables that the service's migration has beside its own")
  boolean migration;

  @Option(
      names = {"-T", "--no-tty"},
      description = "plain streams, also on a terminal")
  boolean plain;

  @Mixin AgentOptions agent = new AgentOptions();

  ShellCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    boolean terminal = !plain && context.terminal().interactive();
    ControllingTerminal.Size size =
        terminal ? ControllingTerminal.size() : ControllingTerminal.Size.UNKNOWN;
    String wish =
        ShellWire.wish(new ShellWire.Wish(service, release, command, terminal, size, migration));
    try (ShellWire wire = agent.client(context).shell("open a shell in " + service, app, wish)) {
      return talk(wire, terminal);
    }
  }

  private int talk(ShellWire wire, boolean terminal) throws IOException {
    ControllingTerminal raw = null;
    boolean begun = false;
    // Not closed: messages come after them.
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    FileOutputStream err = new FileOutputStream(FileDescriptor.err);
    try {
      while (true) {
        ShellWire.Frame frame = wire.read();
        switch (frame.kind()) {
          case 'S' -> say(frame.content());
          case 'B' -> {
            begun = true;
            raw = terminal ? ControllingTerminal.raw() : null;
            begin(wire, terminal);
          }
          case 'o' -> out.write(frame.content());
          case 'e' -> err.write(frame.content());
          case 'X' -> {
            restore(raw);
            return end(frame.content(), begun);
          }
          default -> throw new IOException("what answers speaks another language");
        }
      }
    } finally {
      restore(raw);
    }
  }

  private static void restore(@Nullable ControllingTerminal raw) {
    if (raw != null) {
      raw.close();
    }
  }

  /** On standard error: what the command prints may go into a file. */
  private void say(byte[] text) {
    context
        .terminal()
        .err()
        .println("holdfast: " + Text.lines(new String(text, StandardCharsets.UTF_8)));
    context.terminal().err().flush();
  }

  private static void begin(ShellWire wire, boolean terminal) {
    if (terminal) {
      ControllingTerminal.onResize(() -> wire.resize(ControllingTerminal.size()));
      // It may have become another one since it was asked for.
      wire.resize(ControllingTerminal.size());
    }
    Thread typist = new Thread(() -> type(System.in, wire), "input");
    typist.setDaemon(true);
    typist.start();
  }

  private static void type(InputStream in, ShellWire wire) {
    byte[] buffer = new byte[16 * 1024];
    try {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        wire.write('I', java.util.Arrays.copyOf(buffer, read));
      }
    } catch (IOException e) {
      // Input that cannot be read is over; where the connection broke, whoever reads it says so.
      wire.endInput();
      return;
    }
    wire.endInput();
  }

  private int end(byte[] content, boolean begun) throws IOException {
    var end = JsonText.read(content);
    String reason = end.path("reason").asText("");
    if (end.path("exitStatus").isIntegralNumber()) {
      return end.path("exitStatus").intValue();
    }
    throw new CliException(
        CliException.FAILED,
        begun
            ? "the shell was ended: " + reason
            : "could not open a shell in " + service + " because " + reason);
  }
}
