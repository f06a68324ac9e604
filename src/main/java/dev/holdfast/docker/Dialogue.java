package dev.holdfast.docker;

import java.io.InputStream;
import java.io.OutputStream;

/** Lets somebody's input and output meet a container's own, from before its start to its end. */
public interface Dialogue {
  /**
   * Attaches to a container that was created with an open input and has not been started, and lets
   * {@code attached} start it, so that nothing of what it prints is missed. Returns once there is
   * nothing more to come: mostly, it has ended. Interrupting the thread gives up, and leaves the
   * container as it is.
   *
   * @param terminal whether it was created with one: then its two outputs are one
   */
  void converse(
      String id,
      boolean terminal,
      InputStream input,
      OutputStream output,
      OutputStream errors,
      Runnable attached);

  /** Tells the terminal of a container that runs how large it is. */
  void resize(String id, int rows, int columns);
}
