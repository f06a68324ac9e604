package dev.holdfast.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.compose.KeysTable.Row;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the documentation says of each key is what the loader does with it, in both directions. */
class KeysTableTest {
  private static final Map<String, Keys> CODE =
      Map.ofEntries(
          Map.entry("file", Keys.FILE),
          Map.entry("services.<name>", Keys.SERVICE),
          Map.entry("services.<name>.deploy", Keys.DEPLOY),
          Map.entry("services.<name>.deploy.resources", Keys.RESOURCES),
          Map.entry("services.<name>.deploy.resources.limits", Keys.LIMITS),
          Map.entry("services.<name>.deploy.resources.reservations", Keys.RESERVATIONS),
          Map.entry("services.<name>.deploy.resources.reservations.devices[]", Keys.DEVICE_REQUEST),
          Map.entry("services.<name>.deploy.restart_policy", Keys.RESTART_POLICY),
          Map.entry("services.<name>.deploy.update_config", Keys.UPDATE_CONFIG),
          Map.entry("services.<name>.healthcheck", Keys.HEALTHCHECK),
          Map.entry("services.<name>.logging", Keys.LOGGING),
          Map.entry("services.<name>.depends_on.<service>", Keys.DEPENDENCY),
          Map.entry("services.<name>.extends", Keys.EXTENDS),
          Map.entry("services.<name>.env_file[]", Keys.ENV_FILE),
          Map.entry("services.<name>.ports[]", Keys.PORT),
          Map.entry("services.<name>.volumes[]", Keys.MOUNT),
          Map.entry("services.<name>.volumes[].bind", Keys.MOUNT_BIND),
          Map.entry("services.<name>.volumes[].volume", Keys.MOUNT_VOLUME),
          Map.entry("services.<name>.volumes[].tmpfs", Keys.MOUNT_TMPFS),
          Map.entry("services.<name>.networks.<network>", Keys.ATTACHMENT),
          Map.entry("services.<name>.devices[]", Keys.DEVICE),
          Map.entry("services.<name>.ulimits.<limit>", Keys.ULIMIT),
          Map.entry("services.<name>.blkio_config", Keys.BLKIO),
          Map.entry("services.<name>.blkio_config.weight_device[]", Keys.BLKIO_WEIGHT),
          Map.entry("services.<name>.blkio_config.device_read_bps[]", Keys.BLKIO_RATE),
          Map.entry("networks.<name>", Keys.NETWORK),
          Map.entry("networks.<name>.ipam", Keys.IPAM),
          Map.entry("networks.<name>.ipam.config[]", Keys.SUBNET),
          Map.entry("networks.<name>.external", Keys.EXTERNAL),
          Map.entry("include[]", Keys.INCLUDE),
          Map.entry("services.<name>.secrets[]", Keys.GRANT),
          Map.entry("secrets.<name>", Keys.SECRET),
          Map.entry("configs.<name>", Keys.CONFIG),
          Map.entry("volumes.<name>", Keys.VOLUME));

  /** Keys of ours, which docs/versions-and-compose.md describes. */
  private static final Set<String> OURS =
      Set.of(
          "HOLDFAST",
          "MIGRATION",
          "BACKUP_COMMAND",
          "BACKUP_VOLUME",
          "BACKUP_PATH",
          "ON_ROLLBACK",
          "SMOKE_HTTP",
          "SMOKE_COMMAND",
          "AFTER",
          "HOLDFAST_SERVICE",
          "PROBE",
          "PROBE_HTTP",
          "PROBE_TCP",
          "PROBE_EXEC",
          "PROBE_URL",
          "STRATEGY",
          "CANARY",
          "CANARY_METRIC",
          "WATCH",
          "WATCH_LOG",
          "WATCH_METRIC",
          "VERSIONS");

  private static final Map<String, List<Row>> TABLE = KeysTable.read();

  static Stream<String> sections() {
    return CODE.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("sections")
  void saysOfEachKeyWhatTheLoaderDoesWithIt(String section) {
    Keys code = Objects.requireNonNull(CODE.get(section));
    List<Row> rows = TABLE.getOrDefault(section, List.of());

    assertThat(KeysTable.keys(rows, "supported")).isEqualTo(new TreeSet<>(code.supported()));
    assertThat(KeysTable.keys(rows, "refused")).isEqualTo(new TreeSet<>(code.refused().keySet()));
    assertThat(KeysTable.keys(rows, "notice")).isEqualTo(new TreeSet<>(code.notices().keySet()));
    assertThat(rows).as("each key once").extracting(Row::key).doesNotHaveDuplicates();
  }

  @Test
  void hasASectionForAllThatTheLoaderChecks() {
    Set<Keys> checked = Set.copyOf(CODE.values());

    assertThat(TABLE.keySet()).containsExactlyInAnyOrderElementsOf(CODE.keySet());
    assertThat(
            Arrays.stream(Keys.class.getDeclaredFields())
                .filter(f -> Modifier.isStatic(f.getModifiers()) && f.getType() == Keys.class)
                .filter(f -> !OURS.contains(f.getName()) && !checked.contains(value(f)))
                .map(Field::getName))
        .isEmpty();
  }

  private static Keys value(Field field) {
    try {
      return (Keys) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void knowsEveryKeyOfTheSpecification() {
    Map<String, Set<String>> specification = new TreeMap<>();
    for (String line :
        KeysTable.lines(Path.of("src/test/resources/compose-keys/specification.txt"))) {
      if (!line.startsWith("#")) {
        String[] parts = line.split(": ", 2);
        specification.put(parts[0], new TreeSet<>(List.of(parts[1].split(" "))));
      }
    }
    Map<String, Set<String>> known = new TreeMap<>();
    CODE.forEach((section, keys) -> known.put(section, all(keys)));
    // Older than the schema, and met in files.
    known.get("services.<name>.volumes[]").remove("cluster");

    assertThat(known).isEqualTo(specification);
  }

  private static Set<String> all(Keys keys) {
    return Stream.of(keys.supported(), keys.refused().keySet(), keys.notices().keySet())
        .flatMap(Set::stream)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void refusesWithAReasonAndAWayOut() {
    Keys.SERVICE
        .refused()
        .forEach(
            (key, reason) ->
                assertThat(Loading.problems(Loading.service(key + ": {a: b}")))
                    .as(key)
                    .anySatisfy(
                        problem ->
                            assertThat(problem)
                                .startsWith("compose.yaml:4:5: services.api." + key + " ")
                                .endsWith(reason)));
  }

  @Test
  void namesWhatIsIgnoredOnceHoweverOftenItStands() {
    String service = ": {image: i, attach: false, develop: {}, deploy: {mode: global}}\n";
    LoadRequest request =
        Loading.request("services:\n  a" + service + "  b" + service + "  c" + service);

    assertThat(Loading.warnings(request))
        .hasSize(3)
        .allSatisfy(warning -> assertThat(warning).contains("services.a."));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nope: 1",
        "deploy: {nope: 1}",
        "deploy: {resources: {nope: 1}}",
        "deploy: {resources: {limits: {nope: 1}}}",
        "deploy: {resources: {reservations: {nope: 1}}}",
        "deploy: {resources: {reservations: {devices: [{capabilities: [gpu], nope: 1}]}}}",
        "deploy: {restart_policy: {nope: 1}}",
        "deploy: {update_config: {nope: 1}}",
        "healthcheck: {nope: 1}",
        "logging: {nope: 1}",
        "depends_on: {db: {nope: 1}}",
        "extends: {service: db, nope: 1}",
        "env_file: [{path: x, required: false, nope: 1}]",
        "ports: [{target: 80, nope: 1}]",
        "volumes: [{type: bind, source: ./x, target: /x, nope: 1}]",
        "volumes: [{type: bind, source: ./x, target: /x, bind: {nope: 1}}]",
        "volumes: [{type: volume, target: /x, volume: {nope: 1}}]",
        "volumes: [{type: tmpfs, target: /x, tmpfs: {nope: 1}}]",
        "networks: {default: {nope: 1}}",
        "devices: [{source: /dev/null, nope: 1}]",
        "ulimits: {nofile: {soft: 1, hard: 1, nope: 1}}",
        "blkio_config: {nope: 1}",
        "blkio_config: {weight_device: [{path: /dev/a, weight: 10, nope: 1}]}",
        "blkio_config: {device_read_bps: [{path: /dev/a, rate: 1, nope: 1}]}",
        "secrets: [{source: s, nope: 1}]",
        "x-holdfast: {nope: 1}",
        "x-holdfast: {probe: {tcp: {port: 1}, nope: 1}}",
        "x-holdfast: {probe: {tcp: {port: 1, nope: 1}}}",
        "x-holdfast: {probe: {http: {port: 1, nope: 1}}}",
        "x-holdfast: {probe: {exec: {command: [a], nope: 1}}}",
        "x-holdfast: {probe: {url: {address: 'http://h/', nope: 1}}}",
        "x-holdfast: {strategy: {nope: 1}}",
        "x-holdfast: {strategy: {canary: {nope: 1}}}",
        "x-holdfast: {strategy: {canary: {metrics: [{query: q, nope: 1}]}}}"
      })
  void aKeyOfAServiceThatIsMistypedIsToldWhereverItStands(String lines) {
    assertMistyped("{image: i, scale: 2, " + lines + "}", "");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nope: 1",
        "include: [{path: i.yaml, nope: 1}]",
        "networks: {n: {nope: 1}}",
        "networks: {n: {ipam: {nope: 1}}}",
        "networks: {n: {ipam: {config: [{nope: 1}]}}}",
        "networks: {n: {external: {name: x, nope: 1}}}",
        "volumes: {v: {nope: 1}}",
        "secrets: {s: {environment: S, nope: 1}}",
        "configs: {c: {content: x, nope: 1}}",
        "x-holdfast: {nope: 1}",
        "x-holdfast: {migrate: {service: api, command: [a], nope: 1}}",
        "x-holdfast: {migrate: {service: api, command: [a], on-rollback: {nope: 1}}}",
        "x-holdfast: {smoke: {service: api, command: [a], nope: 1}}",
        "x-holdfast: {smoke: {http: 'http://h/', nope: 1}}",
        "x-holdfast: {after: {service: api, command: [a], nope: 1}}",
        "x-holdfast: {watch: {nope: 1}}",
        "x-holdfast: {watch: {log: {pattern: a, nope: 1}}}",
        "x-holdfast: {watch: {metrics: {query: q, nope: 1}}}"
      })
  void aKeyOfAFileThatIsMistypedIsToldWhereverItStands(String lines) {
    assertMistyped("{image: i}", lines + "\n");
  }

  private static void assertMistyped(String api, String top) {
    Files tree =
        Files.compose("services:\n  db: {image: i}\n  api: " + api + "\n" + top)
            .with("i.yaml", "services: {}");

    assertThat(Loading.problems(LoadRequest.of("shop", tree)))
        .anySatisfy(problem -> assertThat(problem).contains("nope is not a known key"));
  }
}
