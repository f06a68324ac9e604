package dev.holdfast.cli;

import dev.holdfast.agent.SystemSignal;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The terminal that a person types at. Java has no way to its modes, so the system's C library is
 * asked, as no program of the host is run. What was before is put back at the end, also when a
 * signal ends the command; a kill -9 leaves it to `stty sane`.
 */
final class ControllingTerminal implements AutoCloseable {
  private static final int INPUT = 0;

  /** Once what was printed is out. */
  private static final int TCSADRAIN = 1;

  private static final long TIOCGWINSZ = 0x5413;

  /** `struct termios` has 60 bytes on Linux; `struct winsize` four numbers of two bytes. */
  private static final int LARGE_ENOUGH = 256;

  private final MemorySegment before;
  private final Thread hook;
  private boolean closed;

  record Size(int rows, int columns) {
    static final Size UNKNOWN = new Size(0, 0);
  }

  private ControllingTerminal(MemorySegment before) {
    this.before = before;
    this.hook = new Thread(this::putBack, "terminal");
  }

  /** Each key as it is typed, and none of them means anything here. */
  static ControllingTerminal raw() {
    MemorySegment before = Arena.global().allocate(LARGE_ENOUGH);
    MemorySegment raw = Arena.global().allocate(LARGE_ENOUGH);
    boolean known = modes("tcgetattr", before) && modes("tcgetattr", raw);
    if (!known) {
      throw new CliException(
          CliException.FAILED,
          "could not set this terminal because it does not tell its modes; use --no-tty");
    }
    ControllingTerminal terminal = new ControllingTerminal(before);
    Runtime.getRuntime().addShutdownHook(terminal.hook);
    call("cfmakeraw", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS), raw);
    set(raw);
    return terminal;
  }

  static Size size() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(LARGE_ENOUGH);
      FunctionDescriptor ioctl =
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS);
      boolean known =
          call("ioctl", ioctl, Linker.Option.firstVariadicArg(2), INPUT, TIOCGWINSZ, size)
              .equals(Optional.of(0));
      return known
          ? new Size(
              Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 0)),
              Short.toUnsignedInt(size.getAtIndex(ValueLayout.JAVA_SHORT, 1)))
          : Size.UNKNOWN;
    }
  }

  /** Without a way to the signal the size stays what it was. */
  static void onResize(Runnable changed) {
    on("WINCH", changed);
  }

  /** When the command goes on that ctrl-z had stopped. */
  static void onReturn(Runnable back) {
    on("CONT", back);
  }

  private static void on(String signal, Runnable then) {
    try {
      SystemSignal.on(signal, then);
    } catch (ReflectiveOperationException e) {
      return;
    }
  }

  @Override
  public void close() {
    putBack();
  }

  private synchronized void putBack() {
    if (!closed) {
      closed = true;
      set(before);
    }
  }

  private static void set(MemorySegment modes) {
    FunctionDescriptor tcsetattr =
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    call("tcsetattr", tcsetattr, INPUT, TCSADRAIN, modes);
  }

  private static boolean modes(String function, MemorySegment modes) {
    FunctionDescriptor descriptor =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
    return call(function, descriptor, INPUT, modes).equals(Optional.of(0));
  }

  private static Optional<Object> call(
      String name, FunctionDescriptor descriptor, Object... arguments) {
    return call(name, descriptor, new Linker.Option[0], arguments);
  }

  private static Optional<Object> call(
      String name, FunctionDescriptor descriptor, Linker.Option option, Object... arguments) {
    return call(name, descriptor, new Linker.Option[] {option}, arguments);
  }

  // The functions are the C library's own, and their forms are those of Linux on both platforms.
  @SuppressWarnings("restricted")
  private static Optional<Object> call(
      String name, FunctionDescriptor descriptor, Linker.Option[] options, Object... arguments) {
    Linker linker = Linker.nativeLinker();
    MethodHandle function =
        linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor, options);
    try {
      return Optional.ofNullable(function.invokeWithArguments(arguments));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("a function of C throws nothing", e);
    }
  }
}
