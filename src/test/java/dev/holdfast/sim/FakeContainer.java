package dev.holdfast.sim;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.model.Checkup;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.Labels;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.Updating;
import dev.holdfast.model.Vitals;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A container of the fake engine, with a life of its own. */
final class FakeContainer {
  final String id;
  final SortedMap<String, String> labels;
  final String image;
  final Behaviour behaviour;
  final boolean healthchecked;
  final boolean migration;

  /** Whether anybody asks it how it is. */
  final boolean asked;

  final String secret;
  String name;
  State state = State.CREATED;
  @Nullable Integer exitCode;
  int restarts;
  RestartPolicy restart;
  final Instant createdAt;
  @Nullable Instant startedAt;
  boolean revived;
  boolean stoppedByHand;
  boolean setAside;
  final Updating updating;

  /** How many starts its engine was asked for by when it was last asked to start it. */
  long startedAs;

  /** Not found under its service's name. */
  boolean hidden;

  /** The configuration that it has, whoever made it. */
  final String made;

  final SortedSet<String> networks = new TreeSet<>();

  @Nullable Instant finishedAt;
  List<String> printed = List.of();

  /** Since when its engine no longer runs its healthcheck; null while it does. */
  @Nullable Instant frozenSince;

  FakeContainer(String id, ContainerRequest request, Behaviour behaviour, Instant now) {
    this.id = id;
    this.name = request.name();
    this.labels = request.labels();
    this.image = request.service().image().pullReference();
    this.behaviour = behaviour;
    Healthcheck check = request.service().spec().container().healthcheck();
    this.healthchecked = check != null && !request.oneOff();
    this.migration = labels.containsKey(Labels.MIGRATION);
    this.asked = check != null || request.service().spec().probe() != null;
    this.restart =
        request.oneOff() ? RestartPolicy.NO : request.service().spec().container().restart();
    this.secret =
        request.service().spec().container().environment().values().getOrDefault("DB_PASSWORD", "");
    this.createdAt = now;
    this.made = request.service().configHash();
    this.networks.addAll(networks(request.service(), request.networks()));
    this.hidden = request.hidden();
    this.updating = request.service().spec().updates();
  }

  /** One that docker compose made of this service, and that has run for a while. */
  FakeContainer(
      String id,
      String name,
      Release release,
      Release.Service service,
      Behaviour behaviour,
      Instant now) {
    this.id = id;
    this.name = name;
    this.labels = new TreeMap<>();
    labels.put(Labels.COMPOSE_PROJECT, release.app());
    labels.put(Labels.COMPOSE_SERVICE, service.spec().name());
    labels.put(Labels.COMPOSE_NUMBER, "1");
    labels.put(Labels.COMPOSE_ONEOFF, "False");
    this.image = service.image().pullReference();
    this.behaviour = behaviour;
    this.healthchecked = service.spec().container().healthcheck() != null;
    this.migration = false;
    this.asked = healthchecked || service.spec().probe() != null;
    this.restart = service.spec().container().restart();
    this.secret = "";
    this.createdAt = now.minus(Duration.ofHours(1));
    this.made = service.configHash();
    this.networks.addAll(networks(service, release.networks()));
    this.updating = service.spec().updates();
    start(createdAt);
    live(now);
  }

  static Set<String> networks(Release.Service service, Map<String, NetworkSpec> networks) {
    Set<String> names = new HashSet<>();
    service
        .spec()
        .container()
        .networks()
        .forEach(place -> names.add(networks.get(place.network()).name()));
    return names;
  }

  /** Somebody else's, which happens to have this name. */
  FakeContainer(String id, String name, Instant now) {
    this.id = id;
    this.name = name;
    this.labels = new TreeMap<>();
    this.image = "somebody/else";
    this.behaviour = Behaviour.GOOD;
    this.healthchecked = false;
    this.migration = false;
    this.asked = false;
    this.restart = RestartPolicy.NO;
    this.secret = "";
    this.createdAt = now;
    this.made = "";
    this.updating = Updating.DEFAULT;
  }

  String service() {
    return labels.getOrDefault(Labels.COMPOSE_SERVICE, "");
  }

  String number() {
    return labels.getOrDefault(Labels.COMPOSE_NUMBER, "1");
  }

  private boolean isUndo() {
    return labels.getOrDefault(Labels.MIGRATION, "").contains("/undo-");
  }

  /** What its probe says, where it has one; else that it runs. */
  boolean isWell(Instant now) {
    if (!active() || startedAt == null) {
      return false;
    }
    return switch (behaviour.kind()) {
      case DIES_LATER -> true;
      case NEVER_HEALTHY -> !asked;
      case GOOD,
          SLOW,
          SERVES_ERRORS,
          COMPLETES,
          EXITS_AT_ONCE,
          CRASH_LOOPS,
          CANNOT_START,
          CANNOT_BE_CREATED ->
          !asked || !now.isBefore(startedAt.plus(behaviour.after()));
    };
  }

  boolean ofCompose() {
    return !foreign() && !labels.containsKey(Labels.APP);
  }

  boolean foreign() {
    return labels.isEmpty();
  }

  void start(Instant now) {
    state = State.RUNNING;
    exitCode = null;
    frozenSince = null;
    startedAt = now;
    stoppedByHand = false;
    revived = false;
  }

  /** By an engine that starts what a person had stopped: nobody counts on that. */
  void revive(Instant now) {
    start(now);
    revived = true;
  }

  void stop(Instant now) {
    finishedAt = now;
    state = State.EXITED;
    exitCode = 137;
    stoppedByHand = true;
  }

  /** What happened to it by now. */
  void live(Instant now) {
    if (state != State.RUNNING || startedAt == null) {
      return;
    }
    Duration age = Duration.between(startedAt, now);
    if (migration) {
      if (age.compareTo(behaviour.migrationTakes()) >= 0) {
        state = State.EXITED;
        exitCode = isUndo() ? behaviour.undoExit() : behaviour.migrationExit();
      }
      return;
    }
    switch (behaviour.kind()) {
      case EXITS_AT_ONCE -> die(now);
      case CRASH_LOOPS -> die(now);
      case COMPLETES -> {
        if (age.compareTo(behaviour.after()) >= 0) {
          state = State.EXITED;
          exitCode = 0;
        }
      }
      case DIES_LATER -> {
        if (age.compareTo(behaviour.after()) >= 0) {
          die(now);
        }
      }
      case GOOD, SLOW, SERVES_ERRORS, NEVER_HEALTHY, CANNOT_START, CANNOT_BE_CREATED -> {}
    }
  }

  private void die(Instant now) {
    boolean comesBack = !restart.equals(RestartPolicy.NO);
    if (comesBack) {
      restarts++;
      startedAt = now;
    } else {
      state = State.EXITED;
      exitCode = 1;
    }
  }

  boolean active() {
    return state == State.RUNNING || state == State.RESTARTING;
  }

  private Health health(Instant now) {
    if (!healthchecked || state != State.RUNNING || startedAt == null) {
      return Health.NONE;
    }
    Duration age = Duration.between(startedAt, frozenSince == null ? now : frozenSince);
    return switch (behaviour.kind()) {
      case GOOD, SLOW, SERVES_ERRORS, COMPLETES, DIES_LATER, CANNOT_START, CANNOT_BE_CREATED ->
          age.compareTo(behaviour.after()) >= 0 || behaviour.kind() == Behaviour.Kind.DIES_LATER
              ? Health.HEALTHY
              : Health.STARTING;
      case NEVER_HEALTHY, EXITS_AT_ONCE, CRASH_LOOPS ->
          age.compareTo(Duration.ofSeconds(20)) >= 0 ? Health.UNHEALTHY : Health.STARTING;
    };
  }

  ObservedContainer observed(Instant now) {
    boolean looping =
        behaviour.kind() == Behaviour.Kind.CRASH_LOOPS && restarts > 0 && state == State.RUNNING;
    return new ObservedContainer(
        id,
        name,
        labels,
        "sha256:" + Integer.toHexString(image.hashCode()),
        List.of(image),
        looping ? State.RESTARTING : state,
        exitCode,
        false,
        health(now),
        restarts,
        restart,
        createdAt,
        startedAt,
        addresses(),
        new TreeMap<>(),
        networks,
        null,
        hidden);
  }

  /** No two have the same: an id ends with the number that it was made as. */
  String address() {
    int number = Integer.parseInt(id.substring(id.length() - 6), 16);
    return "10.0.%d.%d".formatted(number / 250, number % 250 + 1);
  }

  private SortedMap<String, String> addresses() {
    SortedMap<String, String> addresses = new TreeMap<>();
    if (state == State.RUNNING) {
      addresses.put("shop_default", address());
    }
    return addresses;
  }

  Vitals vitals(Instant now) {
    Instant last = frozenSince == null ? now : frozenSince;
    Checkup checkup =
        healthchecked
            ? new Checkup(
                List.of("true"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(30),
                Duration.ZERO,
                3,
                List.of(new Checkup.Run(last, 0, "")))
            : null;
    return new Vitals(checkup, startedAt, finishedAt);
  }
}
