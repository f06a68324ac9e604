package dev.holdfast.docker;

import dev.holdfast.model.Environment;
import dev.holdfast.model.Neighbour;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.Usage;
import dev.holdfast.model.Vitals;
import dev.holdfast.model.VolumeSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine through docker-java. Nothing is asked of it before the first call, so an agent starts
 * without an engine.
 */
public final class DockerEngine implements Engine, AutoCloseable {
  private final EngineClient client;
  private final Images images;
  private final Observer observer;
  private final Creation creation;
  private final Neighbours neighbours;
  private final ResourceComparison comparison;
  private final Comparer comparer;
  private final Containers containers;
  private final Discovery discovery;
  private final Ending ending;
  private final Output output;
  private final Puller puller;
  private final ProjectResources resources;

  public DockerEngine(DockerSettings settings) {
    client = new EngineClient(settings);
    images = new Images(client, System::nanoTime);
    Presence presence = new Presence(client);
    observer = new Observer(client, images, presence, System::nanoTime);
    Inspector inspector = new Inspector(client);
    creation = new Creation(client, images, presence, inspector);
    neighbours = new Neighbours(client);
    comparison = new ResourceComparison(client);
    comparer = new Comparer(client, images);
    containers = new Containers(client, inspector, creation);
    discovery = new Discovery(client, inspector, creation);
    ending = new Ending(client, inspector);
    output = new Output(client);
    puller = new Puller(client, images);
    resources = new ProjectResources(client, presence);
  }

  @Override
  public EngineInfo info() {
    return client.lookAt(
        "ask the engine about itself",
        session -> {
          var version = session.client().versionCmd().exec();
          return new EngineInfo(
              version.getVersion(),
              session.version().toString(),
              version.getOperatingSystem(),
              version.getArch(),
              String.valueOf(session.client().infoCmd().exec().getDockerRootDir()));
        });
  }

  /**
   * Hands over what happens to containers of Compose projects, on a thread of its own, until the
   * engine ends it or the time is over.
   *
   * @param after only what happened later than these nanoseconds since 1970; 0: from now on
   * @param begun once the engine has answered
   * @throws EngineException where it ended otherwise
   */
  public void follow(long after, Duration limit, Runnable begun, Consumer<ContainerEvent> to) {
    new EventStream(client).follow(after, limit, begun, to);
  }

  @Override
  public Gaps gaps(Release release) {
    return client.lookAt(
        "ask the engine for its version", session -> EngineNeeds.of(release, session.version()));
  }

  @Override
  public ObservedState observe(String app, @Nullable Release wanted) {
    return observer.observe(app, wanted);
  }

  @Override
  public List<Neighbour> neighbours(String app) {
    return neighbours.of(app);
  }

  @Override
  public List<String> notices(Release release) {
    return comparison.notices(release);
  }

  @Override
  public Vitals vitals(String id) {
    return VitalsMapper.map(new Inspector(client).inspect(id));
  }

  /** One shot: else the engine counts for a second or two, to tell how fast the count grows. */
  @Override
  public Optional<Usage> usage(String id) {
    return UsageMapper.map(
        client.get(
            "ask what container " + Texts.id(id) + " uses",
            "/containers/" + EngineClient.encode(id) + "/stats?stream=false&one-shot=true"));
  }

  @Override
  public Optional<LocalImage> image(PinnedImage image) {
    return images.local(image);
  }

  @Override
  public void pull(
      PinnedImage image, @Nullable RegistryLogin login, Consumer<PullProgress> progress) {
    puller.pull(image, login, progress);
  }

  @Override
  public String create(ContainerRequest request) {
    return creation.create(request);
  }

  @Override
  public List<String> differences(String id, ContainerRequest request, MountedContent content) {
    return comparer.differences(id, request, content);
  }

  @Override
  public void connect(String id, ContainerRequest request, String network) {
    changing(id, () -> creation.connect(id, request, network));
  }

  @Override
  public void start(String id) {
    changing(id, () -> containers.start(id));
  }

  @Override
  public void stop(String id, Duration grace) {
    changing(id, () -> ending.stop(id, grace));
  }

  @Override
  public void rename(String id, String name) {
    changing(id, () -> containers.rename(id, name));
  }

  @Override
  public Set<String> attach(String id, ContainerRequest request) {
    try {
      return discovery.attach(id, request);
    } finally {
      observer.forget(id);
    }
  }

  @Override
  public SortedMap<String, Attached> attachments(String id) {
    return discovery.attachments(id);
  }

  @Override
  public void remove(String id) {
    changing(id, () -> containers.remove(id));
  }

  @Override
  public void setRestartPolicy(String id, RestartPolicy policy) {
    changing(id, () -> containers.setRestartPolicy(id, policy));
  }

  /** What is remembered of it is of no use afterwards, whether the change came through or not. */
  private void changing(String id, Runnable change) {
    try {
      change.run();
    } finally {
      observer.forget(id);
    }
  }

  @Override
  public int exec(
      String id,
      List<String> command,
      Environment environment,
      Duration timeout,
      Consumer<String> lines) {
    return output.exec(id, command, environment, timeout, lines);
  }

  @Override
  public Optional<Integer> waitFor(String id, Duration timeout) {
    return ending.await(id, timeout);
  }

  @Override
  public List<String> logTail(String id, int lines) {
    return output.tail(id, lines);
  }

  @Override
  public List<String> logSince(String id, Instant since, int lines) {
    return output.since(id, since, lines);
  }

  @Override
  public void followLogs(String id, Duration timeout, Consumer<String> lines) {
    output.follow(id, timeout, lines);
  }

  @Override
  public void ensureNetwork(String app, NetworkSpec network) {
    try {
      resources.ensureNetwork(app, network);
    } finally {
      observer.forgetSurroundings(app);
    }
  }

  @Override
  public void ensureVolume(String app, VolumeSpec volume) {
    try {
      resources.ensureVolume(app, volume);
    } finally {
      observer.forgetSurroundings(app);
    }
  }

  @Override
  public void removeImage(PinnedImage image) {
    images.remove(image);
  }

  /** Calls to the engine that have a thread now, those given up included. */
  public int liveCalls() {
    return client.live();
  }

  @Override
  public void close() {
    client.close();
  }
}
