package dev.holdfast.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One message to one notifier, as it lies in the outbox. Its texts are without secrets and control
 * characters, and short; what a receiver reads as markup is the channel's to escape.
 *
 * @param id the same for the same event and notifier, however often it is made: receivers tell
 *     doubles by it
 * @param app null for a trouble of the whole server
 * @param text what happened, in full; empty where the title says it all
 */
public record Message(
    String id,
    String notifier,
    Event event,
    Instant at,
    String server,
    String environment,
    @Nullable String app,
    String title,
    String text,
    @Nullable Rollout deployment,
    @Nullable Trouble trouble) {

  /**
   * A deployment as far as it is told.
   *
   * @param repository of the source, as {@code acme/shop}; null where it has none
   * @param commit the application's, as versions.yaml names it
   */
  public record Rollout(
      String id,
      String release,
      @Nullable String version,
      @Nullable String commit,
      @Nullable String gitSha,
      @Nullable String gitRef,
      @Nullable String repository,
      @Nullable String previousRelease,
      Instant startedAt,
      @Nullable Instant endedAt,
      List<String> services,
      @Nullable Failure failure) {
    public Rollout {
      services = List.copyOf(services);
    }

    @Nullable Duration took() {
      return endedAt == null || endedAt.isBefore(startedAt)
          ? null
          : Duration.between(startedAt, endedAt);
    }
  }

  public record Failure(
      String step, @Nullable String service, String reason, List<String> logTail) {
    public Failure {
      logTail = List.copyOf(logTail);
    }
  }

  /** A state that lasts: {@code kind} is what is wrong, {@code since} when it was first met. */
  public record Trouble(String kind, Instant since) {}

  /** Whose turn it waits for: one app's messages arrive in order. */
  String line() {
    return app == null ? "" : app;
  }

  /** The same with each text changed, such as by hiding what has become known as a secret. */
  Message with(UnaryOperator<String> change) {
    Rollout rollout = deployment;
    return new Message(
        id,
        notifier,
        event,
        at,
        server,
        environment,
        app,
        change.apply(title),
        change.apply(text),
        rollout == null ? null : changed(rollout, change),
        trouble);
  }

  private static Rollout changed(Rollout rollout, UnaryOperator<String> change) {
    Failure failure = rollout.failure();
    return new Rollout(
        rollout.id(),
        rollout.release(),
        applied(rollout.version(), change),
        applied(rollout.commit(), change),
        rollout.gitSha(),
        applied(rollout.gitRef(), change),
        rollout.repository(),
        rollout.previousRelease(),
        rollout.startedAt(),
        rollout.endedAt(),
        rollout.services(),
        failure == null
            ? null
            : new Failure(
                failure.step(),
                failure.service(),
                change.apply(failure.reason()),
                failure.logTail().stream().map(change).toList()));
  }

  private static @Nullable String applied(@Nullable String text, UnaryOperator<String> change) {
    return text == null ? null : change.apply(text);
  }
}
