package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.docker.Endpoints.Endpoint;
import dev.holdfast.docker.Engine.Attached;
import dev.holdfast.model.Labels;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * By which names a container is found. The engine cannot change the names of a live endpoint; it
 * can take the container off the network and put it back, and gives it the same address then (see
 * {@link AddressRoom}), so the kernel carries its connections on. In the tenth of a second between
 * the two its new connections fail at once, which is why one that serves is frozen meanwhile.
 * docs/zero-downtime.md has the figures.
 */
final class Discovery {
  private static final Set<String> ENGINES_OWN = Set.of("bridge", "host", "none");

  private final EngineClient engine;
  private final Inspector inspector;
  private final Creation creation;

  Discovery(EngineClient engine, Inspector inspector, Creation creation) {
    this.engine = engine;
    this.inspector = inspector;
    this.creation = creation;
  }

  SortedMap<String, Attached> attachments(String id) {
    return attachments(inspector.inspect(id));
  }

  private static SortedMap<String, Attached> attachments(Inspected container) {
    SortedMap<String, Attached> all = new TreeMap<>();
    container
        .endpoints()
        .forEach(
            (network, found) -> {
              String address = address(found);
              all.put(
                  network,
                  new Attached(address.isEmpty() ? null : address, names(container, found)));
            });
    return all;
  }

  /**
   * Whether clients do not find a container of ours under its service's name on one of the networks
   * that it was made for: it was made so, or taken out. The engine's own networks know no names,
   * and a network that somebody put it on by hand says nothing.
   */
  static boolean isHidden(JsonNode inspected) {
    Map<String, String> labels = ObservedMapper.labels(inspected);
    String service = labels.get(Labels.COMPOSE_SERVICE);
    if (service == null
        || !labels.containsKey(Labels.APP)
        || labels.getOrDefault(Labels.COMPOSE_ONEOFF, "False").equals("True")) {
      return false;
    }
    String mode = inspected.path("HostConfig").path("NetworkMode").asText();
    Set<String> made = Endpoints.networks(mode, labels);
    return ObservedMapper.networks(inspected).properties().stream()
        .filter(network -> made.contains(network.getKey()))
        .filter(network -> !ENGINES_OWN.contains(network.getKey()))
        .anyMatch(network -> !Json.texts(network.getValue().path("Aliases")).contains(service));
  }

  /** Without those that the engine adds by itself: the short id and the hostname. */
  private static SortedSet<String> names(Inspected container, JsonNode found) {
    SortedSet<String> names = new TreeSet<>(Json.texts(found.path("Aliases")));
    names.removeIf(name -> name.length() >= 12 && container.id().startsWith(name));
    names.remove(container.hostname());
    return names;
  }

  private static String address(JsonNode found) {
    return Json.text(found.path("IPAddress"));
  }

  /** Of one endpoint; {@code present} where the container is on the network already. */
  private record Change(Endpoint wanted, boolean present) {}

  Set<String> attach(String id, ContainerRequest request) {
    Inspected before = inspector.inspect(id);
    List<Change> changes = new ArrayList<>();
    for (Endpoint wanted : Endpoints.all(request)) {
      change(before, request, wanted, changes);
    }
    if (changes.isEmpty()) {
      return Set.of();
    }
    boolean freeze = request.hidden() && before.running();
    try {
      if (freeze && !before.paused()) {
        engine.command(
            "pause container " + before.name(), Command.post(Paths.container(id) + "/pause"));
      }
      changes.forEach(change -> carryOut(id, change));
    } finally {
      if (freeze) {
        thaw(id);
      }
    }
    return before.active() ? moved(before, inspector.inspect(id), changes) : Set.of();
  }

  /** The answer to the pause may have been lost: what counts is what is. */
  private void thaw(String id) {
    Inspected now = inspector.inspect(id);
    if (now.paused()) {
      engine.command(
          "unpause container " + now.name(), Command.post(Paths.container(id) + "/unpause"));
    }
  }

  private void change(
      Inspected before, ContainerRequest request, Endpoint wanted, List<Change> changes) {
    JsonNode found = before.endpoints().get(wanted.network());
    if (found == null) {
      changes.add(new Change(wanted, false));
      return;
    }
    boolean active = before.active();
    SortedSet<String> names = new TreeSet<>();
    wanted.json().path("Aliases").forEach(alias -> names.add(alias.asText()));
    Set<String> ours = new LinkedHashSet<>(names);
    ours.remove(before.hostname());
    boolean addressed = !active && fixed(found) && !asks(wanted);
    if (names(before, found).equals(new TreeSet<>(ours)) && !addressed) {
      return;
    }
    changes.add(new Change(active ? keeping(before, request, wanted, found) : wanted, true));
  }

  private static boolean asks(Endpoint endpoint) {
    return endpoint.json().path("IPAMConfig").has("IPv4Address");
  }

  private static boolean fixed(JsonNode found) {
    return !Json.text(found.path("IPAMConfig").path("IPv4Address")).isEmpty();
  }

  /**
   * What asks for the address that it has. By a wish only where it is on its way out: its policy
   * does not start it again, and whoever does takes the wish from it first.
   */
  private Endpoint keeping(
      Inspected before, ContainerRequest request, Endpoint wanted, JsonNode found) {
    String address = address(found);
    if (asks(wanted) || address.isEmpty()) {
      return wanted;
    }
    JsonNode network = network(wanted.network());
    AddressRoom room = AddressRoom.of(network);
    if (room == null || room.givesBack(address)) {
      return wanted;
    }
    boolean takesWishes =
        OwnSubnet.isChosen(network)
            || request.networks().values().stream()
                .anyMatch(
                    spec -> spec.name().equals(wanted.network()) && !spec.subnets().isEmpty());
    if (request.hidden() && takesWishes) {
      ObjectNode json = wanted.json().deepCopy();
      json.withObject("/IPAMConfig").put("IPv4Address", address);
      return new Endpoint(wanted.network(), json);
    }
    throw new EngineException.Conflict(
        "could not put container "
            + before.name()
            + " on network "
            + wanted.network()
            + " under other names: it would lose its address "
            + address
            + " and its connections, because a lower one is free");
  }

  private JsonNode network(String name) {
    return engine.get("look at network " + name, Paths.network(name));
  }

  private void carryOut(String id, Change change) {
    if (change.present()) {
      disconnect(id, change.wanted().network());
    }
    try {
      creation.connect(id, change.wanted());
    } catch (EngineException.Conflict | EngineException.Refused e) {
      // The wished-for address is not to be had: any is better than none.
      if (!asks(change.wanted())) {
        throw e;
      }
      ObjectNode json = change.wanted().json().deepCopy();
      json.withObject("/IPAMConfig").remove("IPv4Address");
      creation.connect(id, new Endpoint(change.wanted().network(), json));
    }
  }

  private void disconnect(String id, String network) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("Container", id);
    try {
      engine.post(
          "disconnect container " + Texts.id(id) + " from network " + network,
          Paths.network(network) + "/disconnect",
          version -> body);
    } catch (EngineException.Ambiguous e) {
      if (inspector.inspect(id).networks().contains(network)) {
        throw e;
      }
    }
  }

  private static Set<String> moved(Inspected before, Inspected after, List<Change> changes) {
    Set<String> moved = new LinkedHashSet<>();
    for (Change change : changes) {
      String network = change.wanted().network();
      JsonNode was = before.endpoints().get(network);
      JsonNode is = after.endpoints().get(network);
      if (was == null || is == null || !addresses(was).equals(addresses(is))) {
        moved.add(network);
      }
    }
    return moved;
  }

  private static List<String> addresses(JsonNode network) {
    return List.of(address(network), Json.text(network.path("GlobalIPv6Address")));
  }
}
