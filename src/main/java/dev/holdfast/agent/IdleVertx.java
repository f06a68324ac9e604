package dev.holdfast.agent;

import io.quarkus.vertx.VertxOptionsCustomizer;
import io.vertx.core.VertxOptions;
import jakarta.inject.Singleton;
import java.util.concurrent.TimeUnit;

/**
 * Vert.x looks each second whether one of its threads is blocked, all day long. A thread that is
 * blocked for good is told of a little later this way.
 */
@Singleton
final class IdleVertx implements VertxOptionsCustomizer {
  private static final long SECONDS = 15;

  @Override
  public void accept(VertxOptions options) {
    options
        .setBlockedThreadCheckInterval(SECONDS)
        .setBlockedThreadCheckIntervalUnit(TimeUnit.SECONDS);
  }
}
