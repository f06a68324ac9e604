package dev.holdfast.it;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/**
 * The real parts that all integration tests of one JVM share: a Docker engine and a registry of
 * their own, whatever else a test asks for, and something foreign on the engine that nobody may
 * touch. Made for the first test class that says {@code @ExtendWith(World.Started.class)} (or that
 * has a {@link Server}), ended after the last one. The images' slow parts are kept in {@code
 * target/it-cache}.
 */
public final class World implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static @Nullable World world;

  private final WorldScripts scripts = new WorldScripts(cache());
  private final Map<String, String> made = new HashMap<>();
  private final String engine = scripts.run("engine.sh", "start", "main");
  private final String registry = scripts.run("registry.sh", "start", "open", "auto");
  private final Docker docker = new Docker(engine);
  private final Foreign foreign;

  private static Path cache() {
    return Path.of(System.getenv().getOrDefault("HOLDFAST_CACHE", "target/it-cache"));
  }

  private World() {
    image("busybox", registry + "/base/busybox:1");
    foreign = Foreign.on(docker, registry + "/base/busybox:1");
  }

  /**
   * Starts the world before the first class that needs it; JUnit closes it after the last. The
   * session's store holds it: a process that is handed one class after the other runs each as a
   * root of its own, and would make and remove a world for each.
   */
  public static final class Started implements BeforeAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) {
      context
          .getStore(StoreScope.LAUNCHER_SESSION, ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(World.class, key -> start(), World.class);
    }
  }

  private static synchronized World start() {
    World started = new World();
    world = started;
    return started;
  }

  /** The one of this JVM. */
  public static synchronized World get() {
    if (world == null) {
      throw new IllegalStateException("the test class lacks @ExtendWith(World.Started.class)");
    }
    return world;
  }

  /** {@code unix:///…}. */
  public String engine() {
    return engine;
  }

  /** {@code 127.0.0.1:port}, open to everybody. */
  public String registry() {
    return registry;
  }

  Docker docker() {
    return docker;
  }

  Foreign foreign() {
    return foreign;
  }

  WorldScripts scripts() {
    return scripts;
  }

  /** A number that no other caller gets, for names. */
  static int next() {
    return NUMBER.incrementAndGet();
  }

  /** A server of a script, started once: {@code once("git.sh", "http", "web", "auto")}. */
  synchronized String once(String script, String... arguments) {
    return made.computeIfAbsent(
        script + " " + List.of(arguments), key -> scripts.run(script, arguments));
  }

  /**
   * Makes and pushes an image as images.sh does, once: {@code image("web", ref, "1.0.0",
   * "HEALTH=fail")}, {@code image("api", ref, "2")}, {@code image("postgres", ref)}.
   */
  public synchronized String image(String kind, String reference, String... more) {
    String key = kind + " " + reference + " " + List.of(more);
    if (made.putIfAbsent(key, reference) == null) {
      String[] arguments = new String[more.length + 2];
      arguments[0] = kind;
      arguments[1] = reference;
      System.arraycopy(more, 0, arguments, 2, more.length);
      scripts.run("images.sh", arguments);
      if (Set.of("web", "api", "service", "stock").contains(kind)) {
        // Made on the agent's engine, gone from it again: the agent has to pull it.
        for (String pushed : reference.split(",")) {
          new Docker(engine).run("rmi", pushed);
        }
      }
    }
    return reference;
  }

  @Override
  public void close() {
    scripts.close();
  }
}
