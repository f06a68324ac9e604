package dev.holdfast.agent;

import java.lang.reflect.Proxy;

/**
 * A signal of the system that means something here. The JDK's only way to one is {@code
 * sun.misc.Signal} of jdk.unsupported; by reflection, because javac warns of its name.
 */
public final class SystemSignal {
  private SystemSignal() {}

  /**
   * @param name without {@code SIG}
   * @throws ReflectiveOperationException where this process has no way to it
   */
  public static void on(String name, Runnable then) throws ReflectiveOperationException {
    Class<?> signal = Class.forName("sun.misc.Signal");
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Object onSignal =
        Proxy.newProxyInstance(
            handler.getClassLoader(),
            new Class<?>[] {handler},
            (proxy, method, arguments) -> {
              if (method.getName().equals("handle")) {
                then.run();
              }
              return null;
            });
    Object caught = signal.getConstructor(String.class).newInstance(name);
    signal.getMethod("handle", signal, handler).invoke(null, caught, onSignal);
  }
}
