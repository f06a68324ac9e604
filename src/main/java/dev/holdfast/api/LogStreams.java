package dev.holdfast.api;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.DeploymentRecord.StepRecord;
import dev.holdfast.reconcile.Apps;
import dev.holdfast.store.Store.LogLine;
import dev.holdfast.store.Store.LogPage;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A deployment's log as text, page by page so that a long one never lies in memory whole. Followed,
 * it goes on until the deployment has ended and the last line is out; the output of its migrations
 * comes after it, or alone by its file name.
 */
@ApplicationScoped
public class LogStreams {
  private static final int MOST_FOLLOWERS = 16;
  private static final Duration PAUSE = Duration.ofMillis(300);
  private final Apps apps;
  private final AtomicInteger followers = new AtomicInteger();

  LogStreams(Apps apps) {
    this.apps = apps;
  }

  Multi<String> output(DeploymentRecord record, String file) {
    String text =
        apps.output(record.deploymentId(), file)
            .orElseThrow(
                () ->
                    new ProblemException(
                        404,
                        "this deployment has no file of this name; its migrations write"
                            + " migrate-<service>.log"));
    return Multi.createFrom().item(text);
  }

  Multi<String> all(DeploymentRecord record) {
    Cursor cursor = new Cursor(record.deploymentId());
    return Multi.createBy()
        .repeating()
        .uni(() -> read(cursor))
        .whilst(page -> !page.isEmpty())
        .onCompletion()
        .continueWith(() -> outputs(record))
        .filter(text -> !text.isEmpty());
  }

  Multi<String> follow(DeploymentRecord record) {
    if (followers.incrementAndGet() > MOST_FOLLOWERS) {
      followers.decrementAndGet();
      throw new ProblemException(
          503, "too many logs are followed already; try again, or read without follow");
    }
    Cursor cursor = new Cursor(record.deploymentId());
    return Multi.createBy()
        .repeating()
        .uni(() -> read(cursor))
        .withDelay(PAUSE)
        .until(page -> cursor.isOver())
        .onCompletion()
        .continueWith(() -> outputs(record))
        .filter(text -> !text.isEmpty())
        .onTermination()
        .invoke(followers::decrementAndGet);
  }

  private static Uni<String> read(Cursor cursor) {
    return Uni.createFrom()
        .item(cursor::next)
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private List<String> outputs(DeploymentRecord record) {
    List<String> sections = new ArrayList<>();
    for (String file : files(apps.deployment(record.deploymentId()).orElse(record))) {
      apps.output(record.deploymentId(), file)
          .ifPresent(text -> sections.add("\n==> " + file + " <==\n" + text));
    }
    return sections;
  }

  /**
   * The files that the steps of a deployment may have written: the second of a service's migrations
   * is the first that bears a number, and what a step did in two lives may count twice.
   */
  public static Set<String> files(DeploymentRecord record) {
    Set<String> files = new LinkedHashSet<>();
    Map<String, Integer> met = new HashMap<>();
    for (StepRecord step : record.steps()) {
      String kind = step.step().equals("migrate-exec") ? "migrate" : step.step();
      switch (kind) {
        case "migrate" -> {
          String name = kind + "-" + step.service();
          files.add(numbered(name, met.merge(name, 1, Integer::sum) - 1));
        }
        case "smoke", "after" ->
            files.add(kind + "-" + (met.merge(kind, 1, Integer::sum) - 1) + ".log");
        case "rollback" -> {
          for (int i = 0; step.service() != null && i < record.undone().size(); i++) {
            files.add(numbered("undo-" + step.service(), i));
          }
        }
        default -> {}
      }
    }
    return files;
  }

  private static String numbered(String name, int before) {
    return name + (before == 0 ? "" : "-" + before) + ".log";
  }

  static String text(LogLine line) {
    String where = line.service() == null ? line.step() : line.step() + " " + line.service();
    return line.time().truncatedTo(ChronoUnit.MILLIS)
        + " "
        + line.level()
        + " "
        + where
        + ": "
        + line.message()
        + "\n";
  }

  private final class Cursor {
    private final String deployment;
    private volatile long offset;
    private volatile boolean over;

    Cursor(String deployment) {
      this.deployment = deployment;
    }

    /** Whether the deployment had ended before a read that found nothing more. */
    boolean isOver() {
      return over;
    }

    String next() {
      // Asked before the read: a line written between the two is found by the next one.
      boolean ended =
          apps.deployment(deployment)
              .map(record -> record.status() != Status.IN_PROGRESS)
              .orElse(true);
      LogPage page = apps.log(deployment, offset);
      offset = page.nextOffset();
      over = ended && page.lines().isEmpty();
      return page.lines().stream().map(LogStreams::text).collect(Collectors.joining());
    }
  }
}
