package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The part of a comparison that is about networks. The order in which a container joined them tells
 * nothing, and one that it is not on is connected later; its names on them are the declared ones
 * and those that follow from its own name.
 */
final class NetworkComparison {
  private static final int SHORT_ID = 12;
  private final Comparison.Wanted wanted;
  private final JsonNode found;
  private final JsonNode joined;
  private final List<String> differences = new ArrayList<>();

  private NetworkComparison(Comparison.Wanted wanted, JsonNode found) {
    this.wanted = wanted;
    this.found = found;
    this.joined = found.path("NetworkSettings").path("Networks");
  }

  static List<String> of(Comparison.Wanted wanted, JsonNode inspected) {
    NetworkComparison comparison = new NetworkComparison(wanted, inspected);
    comparison.compare();
    return comparison.differences;
  }

  private void compare() {
    List<Endpoints.Endpoint> endpoints = Endpoints.all(wanted.request());
    if (endpoints.isEmpty()) {
      mode();
      return;
    }
    Set<String> extra = new TreeSet<>(Json.names(joined));
    for (Endpoints.Endpoint endpoint : endpoints) {
      if (extra.remove(endpoint.network())) {
        endpoint(endpoint);
      }
    }
    extra.forEach(name -> differences.add("network " + name + " (it is on it)"));
    macAddress(endpoints.getFirst().network());
  }

  private void mode() {
    String want = plain(wanted.body().path("HostConfig").path("NetworkMode").asText());
    if (!want.equals(plain(found.path("HostConfig").path("NetworkMode").asText()))) {
      differences.add("network_mode");
    }
  }

  private static String plain(String mode) {
    return mode.isEmpty() || mode.equals("default") ? "bridge" : mode;
  }

  private void endpoint(Endpoints.Endpoint endpoint) {
    JsonNode there = joined.path(endpoint.network());
    Set<String> fields = new TreeSet<>(Json.names(endpoint.json()));
    fields.addAll(List.of("IPAMConfig", "Links", "DriverOpts"));
    fields.remove("Aliases");
    for (String field : fields) {
      if (!Json.normal(endpoint.json().path(field)).equals(Json.normal(there.path(field)))) {
        differences.add("network " + endpoint.network() + " (" + Words.of(field) + ")");
      }
    }
    Set<String> want = new TreeSet<>(Json.texts(endpoint.json().path("Aliases")));
    Set<String> have = new TreeSet<>(Json.texts(there.path("Aliases")));
    want.removeIf(this::followsFromItsName);
    have.removeIf(this::followsFromItsName);
    if (!want.equals(have)) {
      differences.add("network " + endpoint.network() + " (aliases)");
    }
  }

  private boolean followsFromItsName(String alias) {
    String id = found.path("Id").asText();
    String name = ObservedMapper.name(found.path("Name").asText());
    String service = wanted.request().service().spec().name();
    String app = wanted.request().app();
    return alias.equals(id.substring(0, Math.min(SHORT_ID, id.length())))
        || alias.equals(name)
        || alias.equals(wanted.request().finalName())
        || alias.startsWith(app + "_" + service + "_")
        || alias.startsWith(app + "-" + service + "-");
  }

  /** From 1.44 on an address that nobody asked for cannot be told from one that somebody did. */
  private void macAddress(String first) {
    String want = wanted.body().path("MacAddress").asText();
    String fixed = found.path("Config").path("MacAddress").asText();
    String given = joined.path(first).path("MacAddress").asText();
    boolean same =
        want.isEmpty()
            ? fixed.isEmpty() || wanted.version().has(new ApiVersion(1, 44))
            : want.equalsIgnoreCase(fixed) || want.equalsIgnoreCase(given);
    if (!same) {
      differences.add("mac_address");
    }
  }
}
