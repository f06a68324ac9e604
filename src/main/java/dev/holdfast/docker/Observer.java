package dev.holdfast.docker;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Container;
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
 *       so it cannot have restarted in between. What is up for less than a minute is always
 *       inspected.
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

  private final EngineClient engine;
  private final Images images;
  private final Surroundings surroundings;
  private final LongSupplier nanoClock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

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
    List<Container> listed = list(app);
    forgetAllBut(app, listed);
    List<ObservedContainer> containers = new ArrayList<>();
    for (Container container : listed) {
      one(app, container).ifPresent(containers::add);
    }
    Set<String> lines = new TreeSet<>();
    listed.forEach(container -> lines.add(container.getId() + "|" + summary(container)));
    Surroundings.Names names = surroundings.of(app, wanted, lines);
    return new ObservedState(app, containers, names.networks(), names.volumes());
  }

  private List<Container> list(String app) {
    return engine.look(
        "list the containers of " + app,
        docker ->
            docker
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.COMPOSE_PROJECT, app))
                .exec());
  }

  private void forgetAllBut(String app, List<Container> listed) {
    Set<String> ids = new HashSet<>();
    listed.forEach(container -> ids.add(container.getId()));
    seen.entrySet()
        .removeIf(entry -> entry.getValue().app().equals(app) && !ids.contains(entry.getKey()));
  }

  private Optional<ObservedContainer> one(String app, Container listed) {
    String summary = summary(listed);
    Seen known = seen.get(listed.getId());
    if (known != null && known.listed().equals(summary) && stillTrue(known, listed.getStatus())) {
      return Optional.of(known.container());
    }
    long now = nanoClock.getAsLong();
    Optional<ObservedContainer> inspected = inspect(app, listed);
    inspected.ifPresent(
        container -> seen.put(container.id(), new Seen(app, summary, now, container)));
    return inspected;
  }

  private boolean stillTrue(Seen known, @Nullable String status) {
    Duration age = Duration.ofNanos(nanoClock.getAsLong() - known.inspectedAt());
    return age.compareTo(OLDEST) < 0
        && StatusText.unchangedFor(String.valueOf(status))
            .filter(unchanged -> unchanged.compareTo(age) > 0)
            .isPresent();
  }

  private static String summary(Container listed) {
    TreeSet<String> addresses = new TreeSet<>();
    if (listed.getNetworkSettings() != null && listed.getNetworkSettings().getNetworks() != null) {
      listed
          .getNetworkSettings()
          .getNetworks()
          .forEach((name, network) -> addresses.add(name + "=" + network.getIpAddress()));
    }
    return String.join(
        "|",
        List.of(listed.getNames() == null ? new String[0] : listed.getNames()).toString(),
        String.valueOf(listed.getState()),
        String.valueOf(listed.getImageId()),
        StatusText.health(String.valueOf(listed.getStatus())),
        addresses.toString());
  }

  private Optional<ObservedContainer> inspect(String app, Container listed) {
    try {
      InspectContainerResponse inspected =
          engine.look(
              "look at container " + name(listed) + " of " + app,
              docker -> docker.inspectContainerCmd(listed.getId()).exec());
      return Optional.of(ObservedMapper.map(inspected, images.digests(inspected.getImageId())));
    } catch (EngineException.NotFound e) {
      return Optional.empty();
    }
  }

  private static String name(Container listed) {
    String[] names = listed.getNames();
    return names == null || names.length == 0
        ? Texts.id(listed.getId())
        : ObservedMapper.name(names[0]);
  }
}
