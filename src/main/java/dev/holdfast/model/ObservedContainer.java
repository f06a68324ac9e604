package dev.holdfast.model;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A container of an app as the engine reports it, its own or one that docker compose made in the
 * same project.
 *
 * @param name without the leading slash
 * @param imageDigests the repository digests of its image, {@code repository@sha256:…}; empty for
 *     an image that was never pulled
 * @param exitCode null unless it has ended
 * @param restart its own policy, which the agent switches off while a container is set aside
 * @param addresses by network name; empty where it is not running
 * @param anonymousVolumes volume name by target
 * @param networks that it is on, by name, whether it runs or not; null where that was not asked
 * @param likeness of one that the agent did not make; null for its own, and before it was compared
 * @param hidden on its networks without the service's alias: no client finds it there
 */
public record ObservedContainer(
    String id,
    String name,
    SortedMap<String, String> labels,
    String imageId,
    List<String> imageDigests,
    State state,
    @Nullable Integer exitCode,
    boolean oomKilled,
    Health health,
    int restarts,
    RestartPolicy restart,
    @Nullable Instant createdAt,
    @Nullable Instant startedAt,
    SortedMap<String, String> addresses,
    SortedMap<String, String> anonymousVolumes,
    @Nullable SortedSet<String> networks,
    @Nullable Likeness likeness,
    boolean hidden) {
  public ObservedContainer {
    networks = networks == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(networks));
    labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    imageDigests = List.copyOf(imageDigests);
    addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
    anonymousVolumes = Collections.unmodifiableSortedMap(new TreeMap<>(anonymousVolumes));
  }

  public ObservedContainer with(Likeness compared) {
    return new ObservedContainer(
        id,
        name,
        labels,
        imageId,
        imageDigests,
        state,
        exitCode,
        oomKilled,
        health,
        restarts,
        restart,
        createdAt,
        startedAt,
        addresses,
        anonymousVolumes,
        networks,
        compared,
        hidden);
  }

  public enum State {
    CREATED,
    RUNNING,
    PAUSED,
    RESTARTING,
    REMOVING,
    EXITED,
    DEAD
  }

  /** The engine's own health; NONE where the container has no healthcheck. */
  public enum Health {
    NONE,
    STARTING,
    HEALTHY,
    UNHEALTHY
  }

  public String service() {
    return labels.getOrDefault(Labels.COMPOSE_SERVICE, "");
  }

  public String project() {
    return labels.getOrDefault(Labels.COMPOSE_PROJECT, "");
  }

  public int number() {
    try {
      return Integer.parseInt(labels.getOrDefault(Labels.COMPOSE_NUMBER, "1"));
    } catch (NumberFormatException e) {
      return 1;
    }
  }

  /** Started by {@code docker compose run}, or one of our migrations: never a service's own. */
  public boolean oneOff() {
    return labels.getOrDefault(Labels.COMPOSE_ONEOFF, "False").equalsIgnoreCase("true");
  }

  /** Made by the agent for this app. */
  public boolean isOurs(String app) {
    return app.equals(labels.get(Labels.APP));
  }

  /** Of what it was made from, or counts as made from. */
  public String configHash() {
    return likeness == null ? labels.getOrDefault(Labels.CONFIG_HASH, "") : likeness.configHash();
  }

  /** Somebody else made it, and it counts as made from a configuration of the app. */
  public boolean isTakenOver() {
    return likeness != null && !likeness.configHash().isEmpty();
  }

  /** Whether it is as this configuration has it: made from it by the agent, or found the same. */
  public boolean isOf(String app, String hash) {
    return (isOurs(app) || likeness != null) && !hash.isEmpty() && configHash().equals(hash);
  }

  public String release() {
    return labels.getOrDefault(Labels.RELEASE, "");
  }

  public String deployment() {
    return labels.getOrDefault(Labels.DEPLOYMENT, "");
  }

  /** Its process runs, or the engine is about to start it again. */
  public boolean active() {
    return state == State.RUNNING || state == State.RESTARTING || state == State.PAUSED;
  }
}
