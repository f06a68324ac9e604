package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What of a container differs from what a create request would make of its image: the request's
 * body, over the image's own configuration as the engine lays the one over the other, against the
 * inspect. Whatever the body says is compared, in the API's own words, so that a field which a new
 * Compose key sets needs no code here; what it does not say must be as the engine has it by itself.
 *
 * <p>Left out is what is put right without making the container anew (its name, its restart policy,
 * a network that it is not on) and what tells nothing about what runs (docker compose's labels and
 * ours, attached streams). The words hold no value: a variable's is a secret.
 */
final class Comparison {
  /**
   * Compared by rules of their own, elsewhere in this class or by its neighbours; or not at all.
   */
  private static final Set<String> OWN_RULES =
      Set.of(
          "Image",
          "Labels",
          "Env",
          "ExposedPorts",
          "Volumes",
          "Cmd",
          "Entrypoint",
          "Healthcheck",
          "Hostname",
          "MacAddress",
          "StopSignal",
          "StopTimeout",
          "HostConfig",
          "NetworkingConfig",
          "AttachStdin",
          "AttachStdout",
          "AttachStderr",
          "StdinOnce",
          "OnBuild",
          "ArgsEscaped",
          "Shell");

  private static final int SHORT_ID = 12;
  private static final int DEFAULT_STOP_TIMEOUT = 10;

  private final Wanted wanted;
  private final JsonNode found;
  private final JsonNode have;
  private final List<String> differences = new ArrayList<>();

  private Comparison(Wanted wanted, JsonNode found) {
    this.wanted = wanted;
    this.found = found;
    this.have = found.path("Config");
  }

  /**
   * @param body of the create request
   * @param image the {@code Config} of the image
   * @param info what the engine says of itself, its defaults
   */
  record Wanted(
      ContainerRequest request,
      JsonNode body,
      JsonNode image,
      JsonNode info,
      ApiVersion version,
      MountedContent content) {}

  static List<String> of(Wanted wanted, JsonNode inspected) {
    Comparison comparison = new Comparison(wanted, inspected);
    comparison.compare();
    return List.copyOf(new TreeSet<>(comparison.differences));
  }

  private void compare() {
    environment();
    labels();
    process();
    exposedPorts();
    healthcheck();
    identity();
    ending();
    Set<String> fields = new TreeSet<>(Json.names(wanted.body()));
    fields.addAll(Json.names(have));
    fields.removeAll(OWN_RULES);
    fields.forEach(this::plain);
    differences.addAll(HostComparison.of(wanted, found.path("HostConfig")));
    differences.addAll(MountComparison.of(wanted, found));
    differences.addAll(NetworkComparison.of(wanted, found));
  }

  private void plain(String field) {
    JsonNode want = Json.normal(wanted.body().path(field));
    JsonNode orImage = want.isMissingNode() ? Json.normal(wanted.image().path(field)) : want;
    if (!orImage.equals(Json.normal(have.path(field)))) {
      differences.add(Words.of(field));
    }
  }

  private void environment() {
    SortedMap<String, String> want = variables(wanted.image().path("Env"));
    want.putAll(variables(wanted.body().path("Env")));
    named("environment", want, variables(have.path("Env")));
  }

  private static SortedMap<String, String> variables(JsonNode list) {
    SortedMap<String, String> variables = new TreeMap<>();
    for (JsonNode item : list) {
      String text = item.asText();
      int equals = text.indexOf('=');
      variables.put(
          equals < 0 ? text : text.substring(0, equals),
          equals < 0 ? "" : text.substring(equals + 1));
    }
    return variables;
  }

  private void labels() {
    SortedMap<String, String> want = Json.textMap(wanted.image().path("Labels"));
    want.putAll(Json.textMap(wanted.body().path("Labels")));
    named("label", telling(want), telling(Json.textMap(have.path("Labels"))));
  }

  private static SortedMap<String, String> telling(Map<String, String> labels) {
    SortedMap<String, String> telling = new TreeMap<>(labels);
    telling.keySet().removeIf(Labels::isOfTools);
    return telling;
  }

  private void named(String kind, Map<String, String> want, Map<String, String> have) {
    Set<String> names = new TreeSet<>(want.keySet());
    names.addAll(have.keySet());
    for (String name : names) {
      if (!have.containsKey(name)) {
        differences.add(kind + " " + name + " (it is not set)");
      } else if (!want.containsKey(name)) {
        differences.add(kind + " " + name + " (it is set and not asked for)");
      } else if (!want.get(name).equals(have.get(name))) {
        differences.add(kind + " " + name);
      }
    }
  }

  /**
   * An entrypoint of one empty text is the engine's sign for none; a given one drops the command.
   */
  private void process() {
    List<String> entrypoint = Json.texts(wanted.body().path("Entrypoint"));
    List<String> command = Json.texts(wanted.body().path("Cmd"));
    if (entrypoint.isEmpty()) {
      command = command.isEmpty() ? Json.texts(wanted.image().path("Cmd")) : command;
      entrypoint = Json.texts(wanted.image().path("Entrypoint"));
    }
    entrypoint = entrypoint.equals(List.of("")) ? List.of() : entrypoint;
    if (!entrypoint.equals(Json.texts(have.path("Entrypoint")))) {
      differences.add("entrypoint");
    }
    if (!command.equals(Json.texts(have.path("Cmd")))) {
      differences.add("command");
    }
  }

  private void exposedPorts() {
    Set<String> want = new TreeSet<>(Json.names(wanted.image().path("ExposedPorts")));
    want.addAll(Json.names(wanted.body().path("ExposedPorts")));
    if (!want.equals(Json.names(have.path("ExposedPorts")))) {
      differences.add("expose");
    }
  }

  private void healthcheck() {
    JsonNode want = wanted.body().path("Healthcheck");
    JsonNode image = wanted.image().path("Healthcheck");
    JsonNode check = have.path("Healthcheck");
    boolean none = Json.texts(want.path("Test")).equals(List.of("NONE"));
    Set<String> fields = new TreeSet<>(Json.names(want));
    fields.addAll(Json.names(image));
    fields.addAll(Json.names(check));
    for (String field : none ? Set.of("Test") : fields) {
      JsonNode given = Json.normal(want.path(field));
      JsonNode orImage = given.isMissingNode() ? Json.normal(image.path(field)) : given;
      if (!orImage.equals(Json.normal(check.path(field)))) {
        differences.add("healthcheck");
      }
    }
  }

  /** Without a name of its own a container is called by its id, and shares that of the host. */
  private void identity() {
    String want = wanted.body().path("Hostname").asText();
    String hostname = have.path("Hostname").asText();
    String id = found.path("Id").asText();
    String mode = found.path("HostConfig").path("NetworkMode").asText();
    String own = id.substring(0, Math.min(SHORT_ID, id.length()));
    boolean shared = mode.equals("host") || mode.startsWith("container:");
    if (want.isEmpty() ? !shared && !hostname.equals(own) : !hostname.equals(want)) {
      differences.add("hostname");
    }
  }

  /** docker compose v1 leaves the grace to its own stop, as the agent does. */
  private void ending() {
    JsonNode want = wanted.body().path("StopTimeout");
    JsonNode timeout = have.path("StopTimeout");
    if (timeout.isNumber() && timeout.asInt() != want.asInt(DEFAULT_STOP_TIMEOUT)) {
      differences.add("stop_grace_period");
    }
    String signal = wanted.body().path("StopSignal").asText();
    String orImage = signal.isEmpty() ? wanted.image().path("StopSignal").asText() : signal;
    if (!signal(orImage).equals(signal(have.path("StopSignal").asText()))) {
      differences.add("stop_signal");
    }
  }

  private static String signal(String name) {
    String plain = name.startsWith("SIG") ? name.substring(3) : name;
    return plain.isEmpty() || plain.equals("15") ? "TERM" : plain;
  }
}
