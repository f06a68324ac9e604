package dev.holdfast.reconcile;

import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Somebody who sits at a container: what they type, what they see, how large their window is. */
public interface Seat {
  InputStream input();

  OutputStream output();

  OutputStream errors();

  /** What the agent has to say, before the container begins. */
  void say(String text);

  /** The container runs; from now on its terminal is told how large the window is. */
  void begun(Window window);

  /** Why nobody sits here any more; null while somebody does. */
  default @Nullable String gone() {
    return null;
  }

  /** The terminal of a container that runs. */
  @FunctionalInterface
  interface Window {
    void resize(int rows, int columns);
  }
}
