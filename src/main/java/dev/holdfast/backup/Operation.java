package dev.holdfast.backup;

import dev.holdfast.model.RestartPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A backup or a restore that a person asked for: noted before it begins, carried on after a death,
 * and kept until the next one, so that whoever asked can see what came of it.
 *
 * @param id what it takes is kept under this id: for a restore, what was there before
 * @param from the id that is restored; null for a backup
 * @param names the backups that are taken or restored
 * @param safety whether a restore saves first what is there
 * @param message what came of it, or how it stands
 * @param stopped what it has stopped, in this order, so that it can be started again
 * @param tries how often it was begun and could not be carried to its end yet
 */
public record Operation(
    String id,
    Kind kind,
    @Nullable String from,
    List<String> names,
    boolean safety,
    String by,
    Instant askedAt,
    Phase phase,
    @Nullable Instant endedAt,
    @Nullable String message,
    List<Stopped> stopped,
    int tries) {
  /** One that could not begin by then is too old to surprise anybody with. */
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);

  public Operation {
    names = List.copyOf(names);
    stopped = List.copyOf(stopped);
  }

  /** One that was just asked for. */
  public Operation(
      String id,
      Kind kind,
      @Nullable String from,
      List<String> names,
      boolean safety,
      String by,
      Instant askedAt) {
    this(id, kind, from, names, safety, by, askedAt, Phase.ASKED, null, null, List.of(), 0);
  }

  /** A container that was stopped for it, with the policy that it had. */
  public record Stopped(String container, String service, RestartPolicy restart) {}

  /** What was asked for. */
  public enum Kind {
    BACKUP,
    RESTORE
  }

  /**
   * How far it is. In PREPARING the data is as it was: it is looked at, and saved. From BEGUN on a
   * restore goes on to its end.
   */
  public enum Phase {
    ASKED,
    PREPARING,
    BEGUN,
    RESTORED,
    SUCCEEDED,
    FAILED
  }

  /** It is still to be carried out, or to its end. */
  public boolean pending() {
    return switch (phase) {
      case ASKED, PREPARING, BEGUN, RESTORED -> true;
      case SUCCEEDED, FAILED -> false;
    };
  }

  /** It waited for too long to begin. */
  public boolean expired(Instant now) {
    return phase == Phase.ASKED && now.isAfter(askedAt.plus(LONGEST_WAIT));
  }

  /** It has begun and does not get on: another one may take its place. */
  public boolean stuck() {
    return pending() && tries > 0;
  }

  public Operation at(Phase next) {
    return with(next, endedAt, message, stopped, 0);
  }

  public Operation ended(Phase end, Instant when, String said) {
    return with(end, when, said, stopped, tries);
  }

  /** With what is stopped for it now, too. */
  public Operation stopping(List<Stopped> more) {
    List<Stopped> all = new ArrayList<>(stopped);
    more.stream()
        .filter(one -> all.stream().noneMatch(s -> s.container().equals(one.container())))
        .forEach(all::add);
    return with(phase, endedAt, message, all, tries);
  }

  public Operation tried(String why) {
    return with(phase, endedAt, why, stopped, tries + 1);
  }

  private Operation with(
      Phase next, @Nullable Instant ended, @Nullable String said, List<Stopped> all, int newTries) {
    return new Operation(
        id, kind, from, names, safety, by, askedAt, next, ended, said, all, newTries);
  }
}
