package dev.holdfast.agent;

import dev.holdfast.store.FileStore;

/**
 * What the first looks need and what hangs on no setting, made ready on a second core while the
 * main thread, which has a start for itself otherwise, brings up the API.
 */
public final class Beforehand {
  private Beforehand() {}

  public static void begin() {
    Thread.ofPlatform().daemon().name("beforehand").start(FileStore::prepare);
  }
}
