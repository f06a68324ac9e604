package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Labels;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.Release;
import dev.holdfast.model.VolumeSpec;
import java.time.Duration;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The networks and volumes that there are of an app. The engine removes none that a container is
 * on, so while the containers are the same, what was listed with them is true; what only a stopped
 * one would miss is seen {@link #OLDEST} later. So a look at which nothing changed is one call.
 */
final class Surroundings {
  private static final Duration OLDEST = Duration.ofMinutes(5);

  private final EngineClient engine;
  private final Presence presence;
  private final LongSupplier nanoClock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  Surroundings(EngineClient engine, Presence presence, LongSupplier nanoClock) {
    this.engine = engine;
    this.presence = presence;
    this.nanoClock = nanoClock;
  }

  record Names(NavigableSet<String> networks, NavigableSet<String> volumes) {}

  /**
   * @param containers what the engine's list said of each, and the ids
   * @param wanted names of networks and volumes that were asked for beside the app's own
   */
  private record Seen(Set<String> containers, Set<String> wanted, long at, Names names) {
    /** Nothing was asked for that is not asked for now, and what was not is there all the same. */
    boolean answers(Set<String> asked, Set<String> networks, Set<String> volumes) {
      return asked.equals(wanted)
          || (asked.containsAll(wanted)
              && names.networks().containsAll(networks)
              && names.volumes().containsAll(volumes));
    }
  }

  /** Something of the app was made, or may have been. */
  void forget(String app) {
    seen.remove(app);
  }

  Names of(String app, @Nullable Release wanted, Set<String> containers) {
    Set<String> networks = new TreeSet<>();
    Set<String> volumes = new TreeSet<>();
    if (wanted != null) {
      wanted.networks().values().stream().map(NetworkSpec::name).forEach(networks::add);
      wanted.volumes().values().stream().map(VolumeSpec::name).forEach(volumes::add);
    }
    Set<String> asked = new TreeSet<>();
    networks.forEach(name -> asked.add("network " + name));
    volumes.forEach(name -> asked.add("volume " + name));
    long now = nanoClock.getAsLong();
    Seen known = seen.get(app);
    if (known != null
        && !containers.isEmpty()
        && known.containers().equals(containers)
        && known.answers(asked, networks, volumes)
        && now - known.at() < OLDEST.toNanos()) {
      return known.names();
    }
    // What is made while this is listed must not be covered by it.
    seen.remove(app);
    Names names =
        new Names(
            with(ownNetworks(app), networks, presence::network),
            with(ownVolumes(app), volumes, presence::volume));
    seen.put(app, new Seen(Set.copyOf(containers), asked, now, names));
    return names;
  }

  private static NavigableSet<String> with(
      NavigableSet<String> own, Set<String> others, Predicate<String> isThere) {
    others.stream()
        .filter(name -> !own.contains(name) && isThere.test(name))
        .toList()
        .forEach(own::add);
    return own;
  }

  private NavigableSet<String> ownNetworks(String app) {
    return names(engine.list("list the networks of " + app, "/networks?" + ofApp(app)));
  }

  private NavigableSet<String> ownVolumes(String app) {
    String what = "list the volumes of " + app;
    JsonNode found = engine.get(what, "/volumes?" + ofApp(app));
    if (!found.isObject()) {
      throw EngineClient.noAnswer(what);
    }
    return names(found.path("Volumes"));
  }

  private static NavigableSet<String> names(JsonNode list) {
    NavigableSet<String> names = new TreeSet<>();
    list.forEach(one -> names.add(one.path("Name").asText()));
    return names;
  }

  private static String ofApp(String app) {
    return Paths.filters("label", Labels.COMPOSE_PROJECT + "=" + app);
  }
}
