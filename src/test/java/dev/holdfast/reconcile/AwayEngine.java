package dev.holdfast.reconcile;

import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import java.lang.reflect.Proxy;

/** An engine that is away: every call ends as a refused connection does. */
final class AwayEngine {
  private AwayEngine() {}

  static Engine away() {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> {
              if (method.getDeclaringClass().equals(Object.class)) {
                return method.getName().equals("toString")
                    ? "an engine that is away"
                    : method.getName().equals("hashCode") ? 1 : proxy == arguments[0];
              }
              throw new EngineException.Unreachable("could not reach the engine", null);
            });
  }
}
