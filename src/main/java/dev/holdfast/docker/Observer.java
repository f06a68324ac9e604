package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks at an app with one list call, and inspects only what may have changed since it was
 * inspected.
 *
 * <ol>
 *   <li>An inspect is used again while name, state, image, health and addresses in the list are the
 *       same, and the list says that the container has been up, or down, since before that inspect:
 *       so it cannot have restarted in between. What is up for less than a second is always
 *       inspected.
 *   <li>What is down is not known better by a second: one that ran for less than that, and ended
 *       with the same status, is what it was. What was never started cannot have changed unseen.
 *   <li>What the list does not show (the restart policy, changed by hand) is at most {@link
 *       #OLDEST} behind.
 *   <li>What this adapter itself changes is forgotten here first.
 *   <li>Networks and volumes are listed where the containers changed, see {@link Surroundings}.
 *   <li>Gone between list and inspect is gone. Any other failure is the failure of the look: half a
 *       look is none.
 * </ol>
 */
final class Observer {
  private static final Duration OLDEST = Duration.ofMinutes(5);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final EngineClient engine;
  private final Images images;
  private final Surroundings surroundings;
  private final LongSupplier nanoClock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** By app; what is asked at every look. */
  private final Map<String, String> questions = new ConcurrentHashMap<>();

  Observer(EngineClient engine, Images images, Presence presence, LongSupplier nanoClock) {
    this.engine = engine;
    this.images = images;
    this.surroundings = new Surroundings(engine, presence, nanoClock);
    this.nanoClock = nanoClock;
  }

  private record Seen(String app, String listed, long inspectedAt, ObservedContainer container) {}

  /** A network or a volume of the app was made. */
  void forgetSurroundings(String app) {
    surroundings.forget(app);
  }

  void forget(String id) {
    // Callers name a container by id or by name.
    seen.remove(id);
    seen.values()
        .removeIf(
            known -> known.container().name().equals(id) || known.container().id().startsWith(id));
  }

  ObservedState observe(String app, @Nullable Release wanted) {
    List<JsonNode> listed = list(app);
    forgetAllBut(app, listed);
    List<ObservedContainer> containers = new ArrayList<>();
    for (JsonNode container : listed) {
      one(app, container).ifPresent(containers::add);
    }
    Set<String> lines = new TreeSet<>();
    listed.forEach(container -> lines.add(id(container) + "|" + summary(container)));
    Surroundings.Names names = surroundings.of(app, wanted, lines);
    return new ObservedState(app, containers, names.networks(), names.volumes());
  }

  private List<JsonNode> list(String app) {
    String what = "list the containers of " + app;
    List<JsonNode> listed = new ArrayList<>();
    for (JsonNode container :
        engine.list(what, questions.computeIfAbsent(app, Observer::question))) {
      if (id(container).isEmpty()) {
        throw EngineClient.noAnswer(what);
      }
      listed.add(container);
    }
    return listed;
  }

  private static String question(String app) {
    return "/containers/json?all=true&"
        + Paths.filters("label", Labels.COMPOSE_PROJECT + "=" + app);
  }

  private static String id(JsonNode listed) {
    return listed.path("Id").asText();
  }

  private static String status(JsonNode listed) {
    return listed.path("Status").asText();
  }

  private void forgetAllBut(String app, List<JsonNode> listed) {
    Set<String> ids = new HashSet<>();
    listed.forEach(container -> ids.add(id(container)));
    seen.entrySet()
        .removeIf(entry -> entry.getValue().app().equals(app) && !ids.contains(entry.getKey()));
  }

  private Optional<ObservedContainer> one(String app, JsonNode listed) {
    String summary = summary(listed);
    Seen known = seen.get(id(listed));
    if (known != null && known.listed().equals(summary) && stillTrue(known, status(listed))) {
      return Optional.of(known.container());
    }
    long now = nanoClock.getAsLong();
    Optional<ObservedContainer> inspected = inspect(app, listed);
    inspected.ifPresent(
        container -> seen.put(container.id(), new Seen(app, summary, now, container)));
    return inspected;
  }

  private boolean stillTrue(Seen known, String status) {
    Duration age = Duration.ofNanos(nanoClock.getAsLong() - known.inspectedAt());
    if (age.compareTo(OLDEST) >= 0) {
      return false;
    }
    ObservedContainer.State state = known.container().state();
    Duration slack = state == ObservedContainer.State.EXITED ? SECOND : Duration.ZERO;
    return state == ObservedContainer.State.CREATED
        || StatusText.unchangedFor(status)
            .filter(unchanged -> unchanged.plus(slack).compareTo(age) > 0)
            .isPresent();
  }

  private static String summary(JsonNode listed) {
    TreeSet<String> addresses = new TreeSet<>();
    listed
        .path("NetworkSettings")
        .path("Networks")
        .properties()
        .forEach(
            network ->
                addresses.add(
                    network.getKey() + "=" + network.getValue().path("IPAddress").asText()));
    return String.join(
        "|",
        Json.texts(listed.path("Names")).toString(),
        listed.path("State").asText(),
        listed.path("ImageID").asText(),
        StatusText.health(status(listed)),
        StatusText.exit(status(listed)),
        addresses.toString());
  }

  private Optional<ObservedContainer> inspect(String app, JsonNode listed) {
    String what = "look at container " + name(listed) + " of " + app;
    try {
      JsonNode inspected = engine.get(what, Paths.container(id(listed)) + "/json");
      if (!id(inspected).equals(id(listed))) {
        throw EngineClient.noAnswer(what);
      }
      return Optional.of(
          ObservedMapper.map(inspected, images.digests(inspected.path("Image").asText())));
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  private static String name(JsonNode listed) {
    List<String> names = Json.texts(listed.path("Names"));
    return names.isEmpty() ? Texts.id(id(listed)) : ObservedMapper.name(names.getFirst());
  }
}
