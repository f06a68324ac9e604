package dev.holdfast.it.crash;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/**
 * The world that test classes of one JVM have one after the other, as its making and the first
 * deployments take longer than some of them. One that is not left with every promise kept goes with
 * its class; the next gets a new one. What a class left to be tidied up, such as an image that
 * nothing uses any more, may go in the next one's time: not for a class that counts on quiet.
 */
final class SharedCrashWorld implements BeforeAllCallback, AfterAllCallback {
  private static @Nullable CrashWorld world;

  /** Of a class that says {@code @ExtendWith(SharedCrashWorld.class)}. */
  static synchronized CrashWorld get() {
    if (world == null) {
      world = new CrashWorld();
    }
    return world;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    AutoCloseable end = SharedCrashWorld::end;
    context
        .getStore(StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(SharedCrashWorld.class, key -> end, AutoCloseable.class);
  }

  @Override
  public synchronized void afterAll(ExtensionContext context) {
    if (world != null && !world.leave()) {
      end();
    }
  }

  private static synchronized void end() {
    CrashWorld gone = world;
    world = null;
    if (gone != null) {
      gone.close();
    }
  }
}
