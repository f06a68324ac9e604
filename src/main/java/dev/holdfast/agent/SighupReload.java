package dev.holdfast.agent;

import org.jboss.logging.Logger;

/** SIGHUP means: read agent.yaml now. Without a way to it the file is read within an interval. */
final class SighupReload {
  private SighupReload() {}

  static void install(Runnable reload) {
    try {
      SystemSignal.on("HUP", reload);
    } catch (ReflectiveOperationException e) {
      Logger.getLogger("holdfast").debug("SIGHUP is not ours to handle", e);
    }
  }
}
