package dev.holdfast.api;

import dev.holdfast.reconcile.LoopHealth;
import io.quarkus.test.junit.QuarkusTestProfile;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An agent on a unix socket and a loopback port of its own, with a fake inside. */
public class TestAgent implements QuarkusTestProfile {
  static final Path FOLDER = folder();
  public static final Path SOCKET = FOLDER.resolve("agent.sock");
  public static final Path TOKEN = FOLDER.resolve("token");

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of(
        // Its beans stand aside for the fakes, but their configuration is checked at the start.
        "holdfast.config",
        FOLDER.resolve("agent.yaml").toString(),
        "quarkus.http.host",
        "127.0.0.1",
        "quarkus.http.domain-socket",
        SOCKET.toString(),
        "quarkus.http.domain-socket-enabled",
        "true");
  }

  private static String readToken() {
    try {
      return Files.readString(TOKEN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    try {
      // Below a short path: the address of a unix socket has 107 bytes. One folder for both class
      // loaders of the test.
      String known = System.getProperty("holdfast.test.folder");
      Path folder = known == null ? Files.createTempDirectory("hf") : Path.of(known);
      System.setProperty("holdfast.test.folder", folder.toString());
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Alternative
  @Priority(1)
  @ApplicationScoped
  public static class Settings implements ApiSettings {
    @Override
    public String listenHost() {
      return "127.0.0.1";
    }

    @Override
    public @Nullable Supplier<String> token() {
      return Files.exists(TOKEN) ? TestAgent::readToken : null;
    }
  }

  /** One hook, {@code git}, that counts how often it woke. */
  @Alternative
  @Priority(1)
  @jakarta.inject.Singleton
  public static class TestHooks implements Hooks {
    final AtomicInteger woken = new AtomicInteger();
    private volatile @Nullable String secret = "s3cr3t";

    void secret(@Nullable String next) {
      secret = next;
    }

    @Override
    public Optional<Hook> hook(String name) {
      return name.equals("git")
          ? Optional.of(new Hook(this::read, woken::incrementAndGet))
          : Optional.empty();
    }

    private String read() {
      String now = secret;
      if (now == null) {
        throw new UncheckedIOException(new IOException("not there"));
      }
      return now;
    }
  }

  /** The machine's, and as much later as a test says. */
  @Alternative
  @Priority(1)
  @ApplicationScoped
  public static class Clock implements SeatClock {
    private final AtomicLong ahead = new AtomicLong();

    void pass(Duration time) {
      ahead.addAndGet(time.toNanos());
    }

    @Override
    public long nanos() {
      return System.nanoTime() + ahead.get();
    }

    @Override
    public Duration glance() {
      return Duration.ofMillis(20);
    }
  }

  @Alternative
  @Priority(1)
  @ApplicationScoped
  public static class Health implements LoopHealth {
    public volatile boolean live = true;
    public volatile boolean ready = true;

    public void set(boolean isLive, boolean isReady) {
      live = isLive;
      ready = isReady;
    }

    @Override
    public boolean live() {
      return live;
    }

    @Override
    public boolean ready() {
      return ready;
    }

    @Override
    public String detail() {
      return "last look 3 s ago";
    }
  }
}
