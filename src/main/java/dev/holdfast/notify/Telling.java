package dev.holdfast.notify;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.notify.Happening.Asked;
import dev.holdfast.notify.Happening.Deployment;
import dev.holdfast.notify.Happening.Gone;
import dev.holdfast.notify.Happening.Looked;
import dev.holdfast.notify.Happening.Subject;
import dev.holdfast.store.Outbox;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is told of what happens, each thing once: what was told is written down once its messages
 * lie in the outbox, so that a death in between tells it twice rather than never.
 */
final class Telling {
  private static final Set<String> RETRIED = Set.of("pull", "backup");
  private static final int RECORDS = 20;

  private final Outbox outbox;
  private final Function<String, List<DeploymentRecord>> records;
  private final InstantSource clock;
  private final Told told;
  private final Episodes episodes;
  private final Supplier<Composer> composer;
  private final Consumer<Message> tell;
  private final Set<String> caughtUp = new HashSet<>();

  /**
   * @param records of an app, the newest first
   * @param composer for the server as it is named now
   * @param tell hands a message on to whom it is for
   */
  Telling(
      Outbox outbox,
      Function<String, List<DeploymentRecord>> records,
      InstantSource clock,
      Pace pace,
      Supplier<Composer> composer,
      Consumer<Message> tell) {
    this.outbox = outbox;
    this.records = records;
    this.clock = clock;
    this.composer = composer;
    this.tell = tell;
    this.told = outbox.told(Json.MAPPER, Told.class).orElse(Told.NOTHING).copy();
    this.episodes = new Episodes(told, pace);
  }

  void of(Happening happening) {
    Told before = told.copy();
    catchUp(happening);
    switch (happening) {
      case Deployment deployment -> deployment(deployment.subject(), deployment.record());
      case Looked looked -> looked(looked);
      case Asked asked -> asked(asked);
      case Gone gone -> gone(gone.subject().app());
    }
    // Only once the messages lie in the outbox is it written that they need not be made again.
    if (!told.equals(before)) {
      outbox.writeTold(Json.tree(told));
    }
  }

  private void gone(String app) {
    episodes.gone(app);
    told.deployments().remove(app);
    told.retried().remove(app);
    told.asked().remove(app);
    caughtUp.remove(app);
  }

  private void catchUp(Happening happening) {
    Subject subject = happening.subject();
    if (!caughtUp.add(subject.app())) {
      return;
    }
    List<DeploymentRecord> over =
        records.apply(subject.app()).stream()
            .limit(RECORDS)
            .filter(record -> record.status() != Status.IN_PROGRESS)
            .toList();
    String last = told.deployments().get(subject.app());
    if (last == null) {
      // Nothing was ever told of it: what is past is known to whoever adds a notifier. What ends
      // this moment is not past, though its record lies there already.
      String now = happening instanceof Deployment one ? one.record().deploymentId() : "";
      String newest =
          over.stream()
              .map(DeploymentRecord::deploymentId)
              .filter(id -> !id.equals(now))
              .findFirst()
              .orElse("");
      told.deployments().put(subject.app(), newest);
      // At once: after a death the next life must not take for past what was to be told.
      outbox.writeTold(Json.tree(told));
      return;
    }
    List<DeploymentRecord> untold =
        over.stream().takeWhile(record -> !record.deploymentId().equals(last)).toList();
    untold.reversed().forEach(record -> deployment(subject, record));
  }

  /**
   * What the agent tries again by itself is told when it first fails and when it ends otherwise.
   */
  private void deployment(Subject subject, DeploymentRecord record) {
    boolean over = record.status() != Status.IN_PROGRESS;
    if (over && record.deploymentId().equals(told.deployments().get(record.app()))) {
      return;
    }
    boolean retried = record.release().equals(told.retried().get(record.app()));
    boolean sameAgain = retried && (!over || isRetried(record));
    if (!sameAgain) {
      for (String notifier : subject.notifiers()) {
        tell.accept(composer.get().of(notifier, subject, record, clock.instant()));
      }
    }
    if (over) {
      told.deployments().put(record.app(), record.deploymentId());
      if (isRetried(record)) {
        told.retried().put(record.app(), record.release());
      } else {
        told.retried().remove(record.app());
      }
    }
  }

  /** A pull or a backup that failed is tried again, ever less often, without anyone's asking. */
  private static boolean isRetried(DeploymentRecord record) {
    return record.status() == Status.FAILED
        && record.failure() != null
        && RETRIED.contains(record.failure().step())
        && !record.updateBegan();
  }

  /** Once for a deployment, however long it waits and however often the agent is started. */
  private void asked(Asked asked) {
    Subject subject = asked.subject();
    if (asked.deployment().equals(told.asked().get(subject.app()))) {
      return;
    }
    records.apply(subject.app()).stream()
        .filter(record -> record.deploymentId().equals(asked.deployment()))
        .findFirst()
        .ifPresent(
            record -> {
              for (String notifier : subject.notifiers()) {
                tell.accept(composer.get().asking(notifier, subject, record, clock.instant()));
              }
              told.asked().put(subject.app(), asked.deployment());
            });
  }

  private void looked(Looked looked) {
    for (Episodes.Change change : episodes.looked(looked, clock.instant(), System.nanoTime())) {
      for (String notifier : change.notifiers()) {
        tell.accept(composer.get().of(notifier, looked.subject().app(), change, clock.instant()));
      }
    }
  }
}
