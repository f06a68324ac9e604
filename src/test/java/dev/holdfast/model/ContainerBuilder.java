package dev.holdfast.model;

import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedContainer.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An observed container for tests: running and plain until something else is said. */
public final class ContainerBuilder {
  private final String id;
  private String name;
  private final TreeMap<String, String> labels = new TreeMap<>();
  private String imageId = "sha256:image";
  private List<String> digests = new ArrayList<>();
  private State state = State.RUNNING;
  private @Nullable Integer exitCode;
  private boolean oom;
  private Health health = Health.NONE;
  private int restarts;
  private RestartPolicy restart = new RestartPolicy(RestartPolicy.Name.UNLESS_STOPPED, 0);
  private @Nullable Instant createdAt;
  private @Nullable Instant startedAt;
  private final TreeMap<String, String> addresses = new TreeMap<>();
  private boolean hidden;

  private ContainerBuilder(String id, String app, String service) {
    this.id = id;
    this.name = app + "-" + service + "-1";
    labels.put(Labels.COMPOSE_PROJECT, app);
    labels.put(Labels.COMPOSE_SERVICE, service);
    labels.put(Labels.COMPOSE_NUMBER, "1");
  }

  public static ContainerBuilder of(String id, String app, String service) {
    return new ContainerBuilder(id, app, service);
  }

  /** As the agent makes it for a release. */
  public static ContainerBuilder of(String id, Release release, String service) {
    Release.Service wanted = release.services().get(service);
    ContainerBuilder made = new ContainerBuilder(id, release.app(), service);
    made.labels.put(Labels.APP, release.app());
    made.labels.put(Labels.RELEASE, release.id());
    made.labels.put(Labels.CONFIG_HASH, wanted.configHash());
    made.restart = wanted.spec().container().restart();
    made.digests.add(wanted.image().pullReference());
    made.imageId = "sha256:" + wanted.image().digest().shortHex();
    return made;
  }

  public ContainerBuilder named(String newName) {
    name = newName;
    return this;
  }

  public ContainerBuilder label(String key, String value) {
    labels.put(key, value);
    return this;
  }

  public ContainerBuilder image(String id, String... repoDigests) {
    imageId = id;
    digests = List.of(repoDigests);
    return this;
  }

  public ContainerBuilder state(State newState) {
    state = newState;
    return this;
  }

  public ContainerBuilder exited(@Nullable Integer code) {
    state = State.EXITED;
    exitCode = code;
    return this;
  }

  public ContainerBuilder outOfMemory() {
    oom = true;
    return this;
  }

  public ContainerBuilder health(Health newHealth) {
    health = newHealth;
    return this;
  }

  public ContainerBuilder restarts(int count) {
    restarts = count;
    return this;
  }

  public ContainerBuilder restart(RestartPolicy policy) {
    restart = policy;
    return this;
  }

  public ContainerBuilder created(Instant at) {
    createdAt = at;
    return this;
  }

  public ContainerBuilder started(Instant at) {
    startedAt = at;
    return this;
  }

  public ContainerBuilder address(String network, String ip) {
    addresses.put(network, ip);
    return this;
  }

  public ContainerBuilder hidden() {
    hidden = true;
    return this;
  }

  public ObservedContainer build() {
    return new ObservedContainer(
        id,
        name,
        labels,
        imageId,
        digests,
        state,
        exitCode,
        oom,
        health,
        restarts,
        restart,
        createdAt,
        startedAt,
        addresses,
        new TreeMap<>(),
        null,
        null,
        hidden);
  }
}
