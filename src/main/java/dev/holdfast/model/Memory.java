package dev.holdfast.model;

import dev.holdfast.model.Consent.Decision;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was tried with an app: small and durable. Losing it loses history, not the app.
 *
 * @param confirmed releases that were confirmed, newest first, no longer than {@code
 *     keep.releases}; the first is the last good one
 * @param quarantined by release id
 * @param deployment the id of the deployment in flight, or null
 * @param pinned the release that a person rolled back to, which counts as desired until {@code
 *     resume}; or null
 * @param pulled the images that the agent pulled, {@code repository@sha256:…}: no other is ever
 *     removed
 * @param takenOver ids of containers that the agent did not make and that count as a release's own,
 *     with the hash of the configuration that they were found to have
 * @param tags where each tag or range that is followed has pointed, by the text that is looked up
 * @param consent what people said to a release that waits
 * @param unresolved the id of the deployment whose rollback failed last, until a later one is
 *     confirmed or a person says that it is put right: what is left of it is all there is; or null
 */
public record Memory(
    List<Confirmed> confirmed,
    SortedMap<String, Quarantine> quarantined,
    @Nullable Hold hold,
    @Nullable String deployment,
    @Nullable String pinned,
    List<String> pulled,
    SortedMap<String, String> takenOver,
    SortedMap<String, TagHistory> tags,
    Consent consent,
    @Nullable String unresolved) {
  public static final Memory EMPTY =
      new Memory(
          List.of(),
          new TreeMap<>(),
          null,
          null,
          null,
          List.of(),
          new TreeMap<>(),
          new TreeMap<>(),
          Consent.NONE,
          null);

  public Memory {
    confirmed = List.copyOf(confirmed);
    pulled = List.copyOf(pulled);
    // Memory of before there was such a thing has none.
    consent = consent == null ? Consent.NONE : consent;
    takenOver =
        Collections.unmodifiableSortedMap(
            takenOver == null ? new TreeMap<>() : new TreeMap<>(takenOver));
    tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    quarantined = Collections.unmodifiableSortedMap(new TreeMap<>(quarantined));
  }

  /** The newest are kept; an app that fails for years must not fill its memory. */
  private static final int MOST_QUARANTINED = 50;

  private static final int MOST_TAGS = 200;

  /** A release that was good, with what people call it and the commit that asked for it. */
  public record Confirmed(
      String release,
      @Nullable String version,
      @Nullable String commit,
      @Nullable String gitSha,
      Instant at) {}

  /**
   * A release that failed and is not tried again by itself.
   *
   * @param retryAt when it is tried again all the same, because the cause lay outside it (a pull
   *     that failed); null: never
   */
  public record Quarantine(
      String release,
      String deployment,
      String reason,
      Instant at,
      int attempts,
      @Nullable Instant retryAt) {
    public boolean holds(Instant now) {
      // A clock that was set back past the failure would make a short wait a long one.
      return retryAt == null || (now.isBefore(retryAt) && !now.isBefore(at));
    }
  }

  /**
   * @param owed names of backups that are still to be restored, because nobody knows what the data
   *     is
   * @param owedSince null where the hold is for these alone, and ends once all of them are
   *     restored; else it holds for a reason of its own, goes on after that, and they are owed
   *     since then
   */
  public record Hold(
      @Nullable String reason,
      String by,
      Instant at,
      List<String> owed,
      @Nullable Instant owedSince) {
    public Hold {
      owed = owed == null ? List.of() : List.copyOf(owed);
    }

    /** For what is owed alone. */
    public Hold(@Nullable String reason, String by, Instant at, List<String> owed) {
      this(reason, by, at, owed, null);
    }

    public Hold(@Nullable String reason, String by, Instant at) {
      this(reason, by, at, List.of(), null);
    }

    public boolean endsOnceRestored() {
      return !owed.isEmpty() && owedSince == null;
    }

    /** What was saved before that is what can be restored. */
    public Instant knownUntil() {
      return owedSince == null ? at : owedSince;
    }
  }

  public @Nullable String lastGood() {
    return confirmed.isEmpty() ? null : confirmed.getFirst().release();
  }

  public boolean isQuarantined(String release, Instant now) {
    Quarantine entry = quarantined.get(release);
    return entry != null && entry.holds(now);
  }

  /** A new one has nobody's word yet. */
  public Memory withDeployment(@Nullable String id) {
    Consent now = id == null || id.equals(deployment) ? consent : consent.with((Decision) null);
    return new Memory(
        confirmed, quarantined, hold, id, pinned, pulled, takenOver, tags, now, unresolved);
  }

  public Memory withConsent(Consent next) {
    return with(hold, pinned, next, unresolved);
  }

  public Memory withUnresolved(@Nullable String deploymentId) {
    return with(hold, pinned, consent, deploymentId);
  }

  public Memory withHold(@Nullable Hold newHold) {
    return with(newHold, pinned, consent, unresolved);
  }

  public Memory withPinned(@Nullable String release) {
    return with(hold, release, consent, unresolved);
  }

  public Memory quarantine(Quarantine entry) {
    SortedMap<String, Quarantine> all = new TreeMap<>(quarantined);
    all.put(entry.release(), entry);
    if (all.size() > MOST_QUARANTINED) {
      all.values().stream()
          .min(java.util.Comparator.comparing(Quarantine::at))
          .ifPresent(oldest -> all.remove(oldest.release()));
    }
    return with(confirmed, all);
  }

  public Memory release(String quarantinedRelease) {
    SortedMap<String, Quarantine> all = new TreeMap<>(quarantined);
    all.remove(quarantinedRelease);
    return with(confirmed, all);
  }

  /**
   * A person went back to this release: it is the last good one now, and those it was put before
   * come last, so that the next way back goes on.
   */
  public Memory returnTo(Confirmed entry, int keep) {
    List<Confirmed> passed =
        confirmed.stream().takeWhile(c -> !c.release().equals(entry.release())).toList();
    List<Confirmed> older =
        confirmed.stream()
            .skip(passed.size())
            .filter(c -> !c.release().equals(entry.release()))
            .toList();
    List<Confirmed> all =
        java.util.stream.Stream.of(List.of(entry), older, passed)
            .flatMap(List::stream)
            .limit(Math.max(keep, 1))
            .toList();
    return with(all, quarantined);
  }

  public Memory withTakenOver(SortedMap<String, String> containers) {
    return new Memory(
        confirmed,
        quarantined,
        hold,
        deployment,
        pinned,
        pulled,
        containers,
        tags,
        consent,
        unresolved);
  }

  public Memory withPulled(List<String> images) {
    return new Memory(
        confirmed,
        quarantined,
        hold,
        deployment,
        pinned,
        images,
        takenOver,
        tags,
        consent,
        unresolved);
  }

  /**
   * The release is the last good one now; older entries of it go, and those beyond {@code keep}.
   */
  public Memory confirm(Confirmed entry, int keep) {
    List<Confirmed> all =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.of(entry),
                confirmed.stream().filter(c -> !c.release().equals(entry.release())))
            .limit(Math.max(keep, 1))
            .toList();
    return with(all, quarantined);
  }

  public Memory withTag(String wish, TagHistory history) {
    SortedMap<String, TagHistory> all = new TreeMap<>(tags);
    all.put(wish, history);
    if (all.size() > MOST_TAGS) {
      tags.keySet().stream()
          .filter(w -> !w.equals(wish))
          .findFirst()
          .ifPresent(name -> all.remove(name));
    }
    return new Memory(
        confirmed,
        quarantined,
        hold,
        deployment,
        pinned,
        pulled,
        takenOver,
        all,
        consent,
        unresolved);
  }

  private Memory with(List<Confirmed> good, SortedMap<String, Quarantine> failed) {
    return new Memory(
        good, failed, hold, deployment, pinned, pulled, takenOver, tags, consent, unresolved);
  }

  private Memory with(
      @Nullable Hold held, @Nullable String back, Consent said, @Nullable String failed) {
    return new Memory(
        confirmed, quarantined, held, deployment, back, pulled, takenOver, tags, said, failed);
  }
}
