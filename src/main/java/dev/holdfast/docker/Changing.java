package dev.holdfast.docker;

import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.VolumeSpec;
import java.time.Duration;
import java.util.Set;

/**
 * What changes a container, a network or a volume that is there. What is remembered of it is of no
 * use afterwards, whether the change came through or not.
 */
final class Changing {
  private final Observer observer;
  private final Creation creation;
  private final Containers containers;
  private final Discovery discovery;
  private final Ending ending;
  private final Piping piping;
  private final ProjectResources resources;

  Changing(
      EngineClient client,
      Inspector inspector,
      Presence presence,
      Observer observer,
      Creation creation,
      Discovery discovery,
      Ending ending,
      Piping piping) {
    this.observer = observer;
    this.creation = creation;
    this.containers = new Containers(client, inspector, creation);
    this.discovery = discovery;
    this.ending = ending;
    this.piping = piping;
    this.resources = new ProjectResources(client, presence);
  }

  void connect(String id, ContainerRequest request, String network) {
    changing(id, () -> creation.connect(id, request, network));
  }

  void start(String id) {
    changing(id, () -> containers.start(id));
  }

  void stop(String id, Duration grace) {
    changing(id, () -> ending.stop(id, grace));
  }

  void rename(String id, String name) {
    changing(id, () -> containers.rename(id, name));
  }

  Set<String> attach(String id, ContainerRequest request) {
    try {
      return discovery.attach(id, request);
    } finally {
      observer.forget(id);
    }
  }

  void remove(String id) {
    changing(id, () -> containers.remove(id));
  }

  void setRestartPolicy(String id, RestartPolicy policy) {
    changing(id, () -> containers.setRestartPolicy(id, policy));
  }

  void pause(String id) {
    changing(id, () -> piping.pause(id));
  }

  void ensureNetwork(String app, NetworkSpec network) {
    try {
      resources.ensureNetwork(app, network);
    } finally {
      observer.forgetSurroundings(app);
    }
  }

  void ensureVolume(String app, VolumeSpec volume) {
    try {
      resources.ensureVolume(app, volume);
    } finally {
      observer.forgetSurroundings(app);
    }
  }

  private void changing(String id, Runnable change) {
    try {
      change.run();
    } finally {
      observer.forget(id);
    }
  }
}
