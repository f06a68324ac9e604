package dev.holdfast.agent;

import java.lang.reflect.Proxy;
import org.jboss.logging.Logger;

/**
 * SIGHUP means: read agent.yaml now. The JDK's only way to a signal is {@code sun.misc.Signal} of
 * jdk.unsupported; by reflection, because javac warns of its name, and an agent without it only
 * reads the file within an interval.
 */
final class SighupReload {
  private SighupReload() {}

  static void install(Runnable reload) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object onSignal =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  reload.run();
                }
                return null;
              });
      Object hup = signal.getConstructor(String.class).newInstance("HUP");
      signal.getMethod("handle", signal, handler).invoke(null, hup, onSignal);
    } catch (ReflectiveOperationException e) {
      Logger.getLogger("holdfast").debug("SIGHUP is not ours to handle", e);
    }
  }
}
