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
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The engine's API in its own words over docker-java's transport: the library's typed commands lack
 * some of them and cost 450 classes. Nothing is asked of it before the first call, so an agent
 * starts without an engine.
 */
public final class DockerEngine implements Engine, AutoCloseable {
  private final EngineClient client;
  private final EngineFacts facts;
  private final Images images;
  private final Observer observer;
  private final Creation creation;
  private final Neighbours neighbours;
  private final ResourceComparison comparison;
  private final Comparer comparer;
  private final Discovery discovery;
  private final Ending ending;
  private final Changing changing;
  private final Output output;
  private final Puller puller;
  private final Piping piping;
  private final Dialogues dialogues;
  private final ImageStore imageStore;

  public DockerEngine(DockerSettings settings) {
    client = new EngineClient(settings);
    images = new Images(client, System::nanoTime);
    Presence presence = new Presence(client);
    observer = new Observer(client, images, presence, System::nanoTime);
    Inspector inspector = new Inspector(client);
    facts = new EngineFacts(client, inspector);
    creation = new Creation(client, images, presence, inspector);
    neighbours = new Neighbours(client);
    comparison = new ResourceComparison(client);
    comparer = new Comparer(client, images);
    discovery = new Discovery(client, inspector, creation);
    ending = new Ending(client, inspector);
    output = new Output(client);
    puller = new Puller(client, images);
    piping = new Piping(client, output);
    changing =
        new Changing(client, inspector, presence, observer, creation, discovery, ending, piping);
    dialogues = new Dialogues(client);
    imageStore = new ImageStore(client, images, settings);
  }

  @Override
  public EngineInfo info() {
    return facts.info();
  }

  @Override
  public @Nullable Instant lastAway() {
    return client.lastAway();
  }

  /**
   * @throws EngineException where it does not answer
   */
  public void ping() {
    facts.ping();
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
    return facts.gaps(release);
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
    return facts.vitals(id);
  }

  @Override
  public Optional<Usage> usage(String id) {
    return facts.usage(id);
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
  public Optional<Room> room() {
    return imageStore.room();
  }

  @Override
  public List<List<String>> layers() {
    return imageStore.layers();
  }

  @Override
  public List<Stored> stored() {
    return imageStore.stored();
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
    changing.connect(id, request, network);
  }

  @Override
  public void start(String id) {
    changing.start(id);
  }

  @Override
  public void stop(String id, Duration grace) {
    changing.stop(id, grace);
  }

  @Override
  public void rename(String id, String name) {
    changing.rename(id, name);
  }

  @Override
  public Set<String> attach(String id, ContainerRequest request) {
    return changing.attach(id, request);
  }

  @Override
  public SortedMap<String, Attached> attachments(String id) {
    return discovery.attachments(id);
  }

  @Override
  public void remove(String id) {
    changing.remove(id);
  }

  @Override
  public void setRestartPolicy(String id, RestartPolicy policy) {
    changing.setRestartPolicy(id, policy);
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
  public int pipe(
      String id,
      List<String> command,
      Duration timeout,
      @Nullable InputStream input,
      OutputStream to,
      Consumer<String> messages) {
    return piping.pipe(id, command, timeout, input, to, messages);
  }

  @Override
  public void converse(
      String id,
      boolean terminal,
      InputStream input,
      OutputStream to,
      OutputStream errors,
      Runnable attached) {
    dialogues.converse(id, terminal, input, to, errors, attached);
  }

  @Override
  public void resize(String id, int rows, int columns) {
    dialogues.resize(id, rows, columns);
  }

  @Override
  public Set<List<String>> running(String id) {
    return piping.running(id);
  }

  @Override
  public void save(String id, String folder, Duration timeout, OutputStream tar) {
    piping.save(id, folder, timeout, tar);
  }

  @Override
  public void load(String id, String folder, Duration timeout, InputStream tar) {
    piping.load(id, folder, timeout, tar);
  }

  @Override
  public void pause(String id) {
    changing.pause(id);
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
    changing.ensureNetwork(app, network);
  }

  @Override
  public void ensureVolume(String app, VolumeSpec volume) {
    changing.ensureVolume(app, volume);
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
