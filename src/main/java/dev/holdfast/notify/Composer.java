package dev.holdfast.notify;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.notify.Happening.Subject;
import dev.holdfast.notify.Message.Failure;
import dev.holdfast.notify.Message.Rollout;
import dev.holdfast.notify.Message.Trouble;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes messages: bounded, without secrets and control characters. */
final class Composer {
  private final String server;
  private final String environment;
  private final UnaryOperator<String> redact;

  Composer(String server, String environment, UnaryOperator<String> redact) {
    this.server = server;
    this.environment = environment;
    this.redact = redact;
  }

  Message of(String notifier, Subject subject, DeploymentRecord record, Instant now) {
    Said said = new Said(Event.of(record.status()), Wording.title(record), record.cause());
    return of(notifier, subject, record, said, now);
  }

  /** It waits for approval. */
  Message asking(String notifier, Subject subject, DeploymentRecord record, Instant now) {
    Said said = new Said(Event.APPROVAL_WAITING, Wording.asking(record), Wording.answers(record));
    return of(notifier, subject, record, said, now);
  }

  private record Said(Event event, String title, String text) {}

  private Message of(
      String notifier, Subject subject, DeploymentRecord record, Said said, Instant now) {
    Event event = said.event();
    Rollout rollout =
        new Rollout(
            record.deploymentId(),
            record.release(),
            optional(record.version()),
            optional(record.commit()),
            record.gitSha(),
            optional(record.gitRef()),
            subject.repository().isEmpty() ? null : subject.repository(),
            record.previousRelease(),
            record.timestamp(),
            record.endedAt(),
            record.servicesDeployed().stream().limit(50).toList(),
            failure(record.failure()));
    return new Message(
        Texts.id(notifier, record.app(), record.deploymentId(), event.text()),
        notifier,
        event,
        now,
        server,
        environment,
        record.app(),
        title(said.title()),
        lines(said.text()),
        rollout,
        null);
  }

  private @Nullable Failure failure(DeploymentRecord.@Nullable Failure failure) {
    if (failure == null) {
      return null;
    }
    List<String> tail = failure.logTail();
    return new Failure(
        failure.step(),
        failure.service(),
        lines(failure.reason()),
        tail.subList(Math.max(0, tail.size() - Texts.LOG_LINES), tail.size()).stream()
            .map(line -> Texts.line(redact.apply(line), Texts.LINE))
            .toList());
  }

  Message of(String notifier, String app, Episodes.Change change, Instant now) {
    boolean shared = Told.isOfTheServer(change.kind());
    String whose = shared ? "server " + server : app;
    Event event = change.began() ? Event.TROUBLE : Event.RECOVERED;
    String lasted = Texts.duration(Episodes.lasted(change.since(), now));
    return new Message(
        Texts.id(notifier, Told.key(change.kind(), app), change.since().toString(), event.text()),
        notifier,
        event,
        now,
        server,
        environment,
        shared ? null : app,
        title(
            change.began()
                ? Wording.trouble(change.kind(), whose)
                : Wording.recovered(change.kind(), whose)),
        change.began() ? lines(change.text()) : "it lasted " + lasted,
        null,
        new Trouble(change.kind(), change.since()));
  }

  private @Nullable String optional(@Nullable String text) {
    return text == null ? null : Texts.line(redact.apply(text), Texts.LINE);
  }

  private String title(String text) {
    return Texts.line(redact.apply(text), Texts.TITLE);
  }

  private String lines(String text) {
    return Texts.lines(redact.apply(text), Texts.TEXT);
  }
}
