package dev.holdfast.reconcile;

import dev.holdfast.docker.ContainerRequest;
import dev.holdfast.docker.EngineException;
import dev.holdfast.model.Likeness;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.store.HostContent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an app looks like beside a release: the engine's account, with each container that the agent
 * did not make held against what it would make.
 *
 * <p>One that was found the same when its release was confirmed stays the same for that
 * configuration, as one of the agent's own does by its label: a later agent that would write
 * something else restarts no database. It is asked again for every other configuration.
 */
final class Sight {
  private static final Duration FRESH = Duration.ofMinutes(5);

  private final AppSettings settings;
  private final AppPorts ports;
  private final AppMemory memory;
  private final Map<Question, Answer> answers = new HashMap<>();

  Sight(AppSettings settings, AppPorts ports, AppMemory memory) {
    this.settings = settings;
    this.ports = ports;
    this.memory = memory;
  }

  /** What the outcome hangs on, as far as a look shows it. */
  private record Question(
      String id, String hash, @Nullable Instant startedAt, @Nullable SortedSet<String> networks) {}

  /**
   * @param at by the steady counter: nobody's clock makes an old answer fresh
   */
  private record Answer(List<String> differences, long at) {}

  ObservedState of(Release release) {
    ObservedState seen = ports.engine().observe(settings.app(), release);
    if (foreign(seen).isEmpty()) {
      return seen;
    }
    Map<String, String> known = memory.read().takenOver();
    Requests requests = requests(release, settings.projectDirectory(seen));
    forgetAllBut(seen);
    List<ObservedContainer> compared =
        seen.containers().stream().map(c -> compared(c, requests, known)).toList();
    return new ObservedState(seen.app(), compared, seen.networks(), seen.volumes());
  }

  /** Its copies of tracked files need not be there: they are known by their names. */
  private Requests requests(Release release, Path projectDirectory) {
    Path copies = settings.defaultProjectDirectory().resolveSibling("config");
    return new Requests(
        release,
        "",
        settings.composeFiles(),
        settings.envFiles(),
        projectDirectory,
        copies,
        ports.store().secrets(settings.app()));
  }

  private List<ObservedContainer> foreign(ObservedState seen) {
    return seen.containers().stream()
        .filter(c -> !c.oneOff() && !c.isOurs(settings.app()))
        .toList();
  }

  private ObservedContainer compared(
      ObservedContainer container, Requests requests, Map<String, String> known) {
    if (container.oneOff() || container.isOurs(settings.app())) {
      return container;
    }
    String before = known.getOrDefault(container.id(), "");
    Release.Service service = requests.release().services().get(container.service());
    String hash = service == null ? "" : service.configHash();
    if (service == null || hash.equals(before)) {
      return container.with(Likeness.same(before));
    }
    List<String> differences =
        differences(container, hash, requests.place(container.service(), container.number()));
    return container.with(
        differences.isEmpty() ? Likeness.same(hash) : new Likeness(before, differences));
  }

  private synchronized List<String> differences(
      ObservedContainer container, String hash, ContainerRequest request) {
    Question question =
        new Question(container.id(), hash, container.startedAt(), container.networks());
    Answer answer = answers.get(question);
    long now = ports.time().ticks();
    if (answer == null || now - answer.at() > FRESH.toNanos()) {
      answer = new Answer(ask(container.id(), request), now);
      answers.put(question, answer);
    }
    return answer.differences();
  }

  private List<String> ask(String id, ContainerRequest request) {
    try {
      return ports.engine().differences(id, request, HostContent::isAt);
    } catch (EngineException.NotFound e) {
      return List.of("it cannot be compared: " + EngineCalls.message(e));
    }
  }

  private synchronized void forgetAllBut(ObservedState seen) {
    Set<String> ids =
        seen.containers().stream().map(ObservedContainer::id).collect(Collectors.toSet());
    answers.keySet().removeIf(question -> !ids.contains(question.id()));
  }

  /** The release was confirmed: those that count as its own do so from now on. */
  void remember(Release confirmed, ObservedState seen) {
    SortedMap<String, String> takenOver = new TreeMap<>();
    Map<String, String> known = memory.read().takenOver();
    for (ObservedContainer container : foreign(seen)) {
      Release.Service service = confirmed.services().get(container.service());
      boolean same = service != null && container.isOf(settings.app(), service.configHash());
      String hash = same ? container.configHash() : known.get(container.id());
      if (hash != null && !hash.isEmpty()) {
        takenOver.put(container.id(), hash);
      }
    }
    if (!takenOver.equals(known)) {
      memory.change(m -> m.withTakenOver(takenOver));
    }
  }
}
