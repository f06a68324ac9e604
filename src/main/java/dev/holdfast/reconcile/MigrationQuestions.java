package dev.holdfast.reconcile;

import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Memory;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Release;
import dev.holdfast.reconcile.Definition.Look;
import dev.holdfast.reconcile.MigrationAnswers.Answer;
import dev.holdfast.rollout.StatusProposal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the tools of a release's migrations what they would apply: each by the command that the
 * release declares for it, in a container as that of its migration, which is removed afterwards. A
 * question is a shell in which nobody types, and is noted as one.
 */
final class MigrationQuestions {
  /** Of the tool alone. */
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Until its container runs: its image may be large and the way to it narrow. */
  private static final Duration BEGIN = Duration.ofMinutes(20);

  private static final Duration GLANCE = Duration.ofMillis(50);

  private final App app;
  private final AppMemory memory;
  private final @Nullable Look look;
  private final Shells shells;
  private final String by;

  MigrationQuestions(App app, AppMemory memory, @Nullable Look look, Shells shells, String by) {
    this.app = app;
    this.memory = memory;
    this.look = look;
    this.shells = shells;
    this.by = by;
  }

  /**
   * @param pull whether an image that is not here is pulled for it
   */
  MigrationAnswers ask(boolean pull) {
    try {
      return asked(pull);
    } catch (EngineException e) {
      String why = app.ports().redactor().redact(EngineCalls.message(e));
      throw new Apps.Away("nothing can be asked of the migrations now: " + why, e);
    }
  }

  private MigrationAnswers asked(boolean pull) {
    Memory known = memory.read();
    ShellRelease chosen = ShellRelease.of(app, known, look, desired(known));
    List<Answer> answers = new ArrayList<>();
    for (Migration migration : chosen.release().rollout().migrations()) {
      answers.add(answer(chosen.release(), migration, pull));
    }
    String said = app.ports().redactor().redact(chosen.said());
    return new MigrationAnswers(app.settings().app(), chosen.release().id(), said, answers);
  }

  /** What is to come, where that is another release than the one that runs. */
  private @Nullable String desired(Memory known) {
    Definition.Target target = look == null ? null : look.target();
    if (target == null || target.release().id().equals(known.lastGood())) {
      return null;
    }
    return known.quarantined().containsKey(target.release().id()) ? null : target.release().id();
  }

  private Answer answer(Release release, Migration migration, boolean pull) {
    List<String> status = migration.status();
    if (status == null) {
      return new Answer(
          migration.service(),
          shown(migration.command()),
          null,
          null,
          null,
          List.of(),
          false,
          StatusProposal.of(migration.command()).map(this::shown).orElse(null));
    }
    Release.Service service = release.services().get(migration.service());
    boolean here = service != null && app.ports().engine().image(service.image()).isPresent();
    if (service != null && !here && !pull) {
      return answer(
          migration,
          ShellEnd.because(
              "image "
                  + service.image().display()
                  + " is not on this server yet; --pull has it pulled"),
          new Listener());
    }
    Listener listener = new Listener();
    return answer(migration, heard(release, migration, status, listener), listener);
  }

  /** On a thread of its own, which is given up after a while. */
  private ShellEnd heard(
      Release release, Migration migration, List<String> status, Listener listener) {
    ShellWish wish = new ShellWish(migration.service(), release.id(), status, false, 0, 0, true);
    ShellEnd[] end = {ShellEnd.because("it was cut off")};
    Stopwatch watch = new Stopwatch(app.ports().time());
    Thread question =
        Thread.ofVirtual()
            .name("question of " + app.settings().app())
            .start(() -> end[0] = run(release, migration, wish, listener));
    try {
      String late = awaited(question, listener, watch);
      if (late != null) {
        question.interrupt();
        question.join();
        return ShellEnd.because(late);
      }
    } catch (InterruptedException e) {
      question.interrupt();
      Thread.currentThread().interrupt();
    }
    return end[0];
  }

  /** Why it is given up; null: it has ended. */
  private static @Nullable String awaited(Thread question, Listener listener, Stopwatch watch)
      throws InterruptedException {
    Instant begun = null;
    while (!question.join(GLANCE)) {
      Instant now = watch.now();
      begun = begun == null && listener.hasBegun() ? now : begun;
      if (begun == null && Duration.between(watch.begun(), now).compareTo(BEGIN) > 0) {
        return "its image was not here and its container not begun within "
            + BEGIN.toMinutes()
            + " minutes";
      }
      if (begun != null && Duration.between(begun, now).compareTo(LIMIT) > 0) {
        return "it did not end within " + LIMIT.toSeconds() + " s";
      }
    }
    return null;
  }

  private ShellEnd run(Release release, Migration migration, ShellWish wish, Listener listener) {
    try {
      ShellRun run = new ShellRun(app, memory, look, listener, by);
      return shells.hold(
          app.settings().app(),
          wish,
          by,
          app.ports().time().now(),
          place -> run.in(place, wish, new ShellRelease(release, ""), migration.environment()));
    } catch (Apps.Refused e) {
      return ShellEnd.because(String.valueOf(e.getMessage()));
    }
  }

  private Answer answer(Migration migration, ShellEnd end, Listener listener) {
    String reason = end.reason() == null ? null : app.ports().redactor().redact(end.reason());
    List<String> status = migration.status();
    return new Answer(
        migration.service(),
        shown(migration.command()),
        status == null ? null : shown(status),
        end.exitStatus(),
        reason,
        shown(listener.lines()),
        listener.cut(),
        null);
  }

  private List<String> shown(List<String> texts) {
    return texts.stream().map(app.ports().redactor()::redact).toList();
  }
}
