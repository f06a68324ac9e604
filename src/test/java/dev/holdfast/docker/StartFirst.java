package dev.holdfast.docker;

import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.RestartPolicy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/**
 * A service's containers, replaced through the adapter alone in the order that
 * docs/zero-downtime.md gives, so that the sequence of engine calls is proved by itself.
 */
public final class StartFirst implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final EngineWorld world = new EngineWorld();
  private final DockerEngine engine = world.engine;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
  private final NetworkSpec network;
  private final Duration drain;
  private int number;
  private int signalled;
  private One serving;

  private record One(String id, ContainerRequest request) {}

  public StartFirst(Duration drain) {
    this.drain = drain;
    network = NetworkSpec.plain("default", world.app + "_default");
    engine.ensureNetwork(world.app, network);
  }

  public String network() {
    return network.name();
  }

  public String app() {
    return world.app;
  }

  /** Of the leaving ones, how many had to be stopped while they could still be found. */
  public int signalled() {
    return signalled;
  }

  public void first(String repository, String tag) {
    serving = created(repository, tag, false);
    engine.start(serving.id());
    healthy(serving);
  }

  public void update(String repository, String tag) {
    One old = serving;
    One fresh = hidden(repository, tag);
    if (!healthy(fresh)) {
      throw new AssertionError(tag + " is not healthy");
    }
    join(fresh);
    leave(old);
    engine.remove(old.id());
    serving = fresh;
  }

  /** A release that never gets healthy: nobody ever saw it. */
  public void broken(String repository, String tag) {
    One fresh = hidden(repository, tag);
    if (healthy(fresh)) {
      throw new AssertionError(tag + " is healthy");
    }
    engine.stop(fresh.id(), Duration.ZERO);
    engine.remove(fresh.id());
  }

  /** A release that is found bad when it serves already: the very old container comes back. */
  public void thereAndBack(String repository, String tag) {
    One old = serving;
    One fresh = hidden(repository, tag);
    healthy(fresh);
    join(fresh);
    leave(old);
    engine.attach(old.id(), old.request().hidden(true));
    engine.start(old.id());
    if (!healthy(old)) {
      throw new AssertionError("the old one does not come back");
    }
    join(old);
    leave(fresh);
    engine.remove(fresh.id());
  }

  /**
   * As the strategy recreate does it: the new one is there, the old one stops, the new one starts.
   */
  public void recreate(String repository, String tag) {
    One fresh = created(repository, tag, false);
    engine.stop(serving.id(), GRACE);
    engine.start(fresh.id());
    healthy(fresh);
    engine.remove(serving.id());
    serving = fresh;
  }

  private One created(String repository, String tag, boolean hidden) {
    PinnedImage image = EngineWorld.pinned(repository, tag);
    engine.pull(image, null, progress -> {});
    Requests request = new Requests(world.app, image).network(network);
    request.service = "web";
    request.name = world.app + "-web-" + ++number;
    request.attachments = List.of(NetworkAttachment.plain("default"));
    ContainerRequest built = request.build();
    return new One(engine.create(built.hidden(hidden)), built);
  }

  private One hidden(String repository, String tag) {
    One fresh = created(repository, tag, true);
    engine.start(fresh.id());
    return fresh;
  }

  private void join(One fresh) {
    try {
      if (!engine.attach(fresh.id(), fresh.request().hidden(false)).isEmpty()) {
        throw new AssertionError("the new one has another address");
      }
    } catch (EngineException.Conflict e) {
      engine.stop(fresh.id(), GRACE);
      engine.start(fresh.id());
      healthy(fresh);
      engine.attach(fresh.id(), fresh.request().hidden(false));
    }
    if (!healthy(fresh)) {
      throw new AssertionError("the new one is not healthy any more");
    }
    // Until every proxy has asked again, the old one is the only one that it knows.
    pause();
  }

  private void leave(One old) {
    engine.setRestartPolicy(old.id(), RestartPolicy.NO);
    try {
      engine.attach(old.id(), old.request().hidden(true));
      pause();
    } catch (EngineException.Conflict e) {
      signalled++;
    }
    engine.stop(old.id(), GRACE);
  }

  private void pause() {
    try {
      Thread.sleep(drain);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** By the agent's own probe, at the container's own address. */
  private boolean healthy(One container) {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (System.nanoTime() < end) {
      if (answers(container)) {
        return true;
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    return false;
  }

  private boolean answers(One container) {
    String address = engine.attachments(container.id()).get(network.name()).address();
    URI uri = URI.create("http://" + address + ":8080/health");
    try {
      HttpRequest ask = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build();
      return http.send(ask, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    http.close();
    world.close();
  }
}
