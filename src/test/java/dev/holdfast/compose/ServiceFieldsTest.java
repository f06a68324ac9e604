package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.api;
import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.request;
import static dev.holdfast.compose.Loading.service;
import static dev.holdfast.compose.Loading.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.Dependency;
import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.RestartPolicy.Name;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceFieldsTest {
  @Test
  void tellsTheImagesCommandFromNone() {
    assertThat(api("command:").container().process().command()).isNull();
    assertThat(api("command: ''").container().process().command()).isEmpty();
    assertThat(api("command: []\nentrypoint: [sh, -c]").container().process().command()).isEmpty();
    assertThat(api("command: node --x 'a b' \"c\\\"d\" e\\ f").container().process().command())
        .containsExactly("node", "--x", "a b", "c\"d", "e f");
    assertThat(api("command: [node, 1.10, true]").container().process().command())
        .containsExactly("node", "1.10", "true");
    assertThat(api("entrypoint: /entry.sh run").container().process().entrypoint())
        .containsExactly("/entry.sh", "run");
  }

  @Test
  void saysThatNoShellRuns() {
    LoadRequest request = request(service("command: npm run migrate && npm start"));

    assertThat(loaded(request).services().get("api").container().process().command())
        .containsExactly("npm", "run", "migrate");
    assertThat(warnings(request))
        .singleElement()
        .asString()
        .startsWith(
            "compose.yaml:4:5: services.api.command runs without a shell, so compose drops"
                + " everything from the '&' on");
    assertThat(problems(service("command: echo 'a")))
        .singleElement()
        .asString()
        .contains("cannot be split into words");
    assertThat(problems(service("command: echo (a)")))
        .singleElement()
        .asString()
        .contains("cannot be split into words");
    assertThat(api("command: sh -c \"a && b; c > d\"").container().process().command())
        .containsExactly("sh", "-c", "a && b; c > d");
  }

  /** As go-shellwords splits, which compose uses. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "echo $(date +%s) x|echo/$(date +%s)/x",
        "echo `date +%s` x|echo/`date +%s`/x",
        "echo '(a)' \"(b)\" c|echo/(a)/(b)/c",
        "echo \"a'b\" 'c\"d' e|echo/a'b/c\"d/e",
        "echo \"\" ''|echo//",
        "echo \\( a\\ b|echo/(/a b",
        "echo '\\n'|echo/\\n",
        "echo $(a ; b) d|echo/$(a ; b)/d",
        "echo a 2>file|echo/a",
        "echo a2>file|echo/a2",
        "echo a;b|echo/a"
      })
  void splitsACommandAsComposeDoes(String command, String words) {
    String quoted = command.replace("\\", "\\\\").replace("\"", "\\\"");

    assertThat(
            api("command: \"" + quoted.replace("$", "$$") + "\"").container().process().command())
        .containsExactly(words.split("/", -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"echo \"a", "echo `a", "echo $$(a", "echo (a", "echo )", "echo a\\"})
  void refusesACommandThatIsNotClosed(String command) {
    assertThat(problems(service("command: '" + command + "'")))
        .singleElement()
        .asString()
        .contains("cannot be split into words");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"no\"',NO,0",
    "no,NO,0",
    "always,ALWAYS,0",
    "unless-stopped,UNLESS_STOPPED,0",
    "on-failure,ON_FAILURE,0",
    "on-failure:5,ON_FAILURE,5",
    "'',NO,0"
  })
  void readsRestart(String written, Name name, int retries) {
    assertThat(api("restart: " + written).container().restart())
        .isEqualTo(new RestartPolicy(name, retries));
  }

  @Test
  void letsTheSwarmsRestartPolicyWin() {
    assertThat(
            api("restart: always\ndeploy: {restart_policy: {condition: none}}")
                .container()
                .restart())
        .isEqualTo(RestartPolicy.NO);
    assertThat(
            api("deploy: {restart_policy: {condition: on-failure, max_attempts: 3, delay: 5s}}")
                .container()
                .restart())
        .isEqualTo(new RestartPolicy(Name.ON_FAILURE, 3));
    assertThat(api("deploy: {restart_policy: {delay: 5s}}").container().restart().name())
        .isEqualTo(Name.ALWAYS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "yes", "'on-failure:'", "on-failure:x", "Always", "[always]"})
  void refusesAnotherRestart(String written) {
    assertThat(problems(service("restart: " + written)))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:14: services.api.restart must be");
  }

  @Test
  void readsHealthchecks() {
    assertThat(
            api("healthcheck: {test: curl -f x || exit 1, interval: 1m30s, timeout: 500ms, retries:"
                    + " 3, start_period: 2h, start_interval: 1s}")
                .container()
                .healthcheck())
        .isEqualTo(
            new Healthcheck(
                List.of("CMD-SHELL", "curl -f x || exit 1"),
                Duration.ofSeconds(90),
                Duration.ofMillis(500),
                Duration.ofHours(2),
                Duration.ofSeconds(1),
                3));
    assertThat(api("healthcheck: {test: [CMD, pg_isready]}").container().healthcheck().test())
        .containsExactly("CMD", "pg_isready");
    assertThat(api("healthcheck: {disable: true}").container().healthcheck().disabled()).isTrue();
    assertThat(api("healthcheck: {test: [NONE]}").container().healthcheck().disabled()).isTrue();
    assertThat(api("healthcheck: {interval: 5s}").container().healthcheck().test()).isNull();
    assertThat(api("healthcheck:").container().healthcheck()).isNull();
    assertThat(problems(service("healthcheck: {test: [curl, x]}")))
        .singleElement()
        .asString()
        .contains("must start with CMD");
    assertThat(problems(service("healthcheck: {test: [CMD]}")))
        .singleElement()
        .asString()
        .contains("must start with CMD");
    assertThat(problems(service("healthcheck: {interval: 10}")))
        .singleElement()
        .asString()
        .contains("'10' is not a duration; write it with units");
    assertThat(problems(service("healthcheck: {intervall: 10s}")))
        .singleElement()
        .asString()
        .contains("did you mean 'interval'?");
  }

  @Test
  void readsLimitsInBothSpellings() {
    assertThat(
            api("deploy: {resources: {limits: {cpus: '0.5', memory: 512M, pids: 100}, reservations:"
                    + " {memory: 256m}}}\n"
                    + "shm_size: 64m")
                .container()
                .limits())
        .isEqualTo(new Limits(512L << 20, 256L << 20, 500_000_000L, 100L, 64L << 20));
    assertThat(
            api("mem_limit: 1.5G\nmem_reservation: 1048576\ncpus: 2\npids_limit: -1")
                .container()
                .limits())
        .isEqualTo(new Limits(3L << 29, 1L << 20, 2_000_000_000L, null, null));
    assertThat(problems(service("mem_limit: lots")))
        .singleElement()
        .asString()
        .contains("'lots' is not a size");
  }

  @Test
  void readsDependencies() {
    String others = "  db: {image: a}\n  init: {image: a}\n";

    assertThat(loaded(service("depends_on: [db]") + others).services().get("api").dependsOn())
        .containsExactly(Map.entry("db", Dependency.STARTED));
    assertThat(
            loaded(
                    service(
                            "depends_on: {db: {condition: service_healthy, restart: true}, init:"
                                + " {condition: service_completed_successfully, required: false}}\n"
                                + "links: [db]")
                        + others)
                .services()
                .get("api")
                .dependsOn())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "db",
                new Dependency(Condition.HEALTHY, true, true),
                "init",
                new Dependency(Condition.COMPLETED, false, false)));
    assertThat(
            loaded(service("links: [db, 'init:init']") + others)
                .services()
                .get("api")
                .dependsOn()
                .keySet())
        .containsExactly("db", "init");
    assertThat(problems(service("depends_on: [dbb]") + others))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:18:")
        .contains("no service of this project; did you mean 'db'?");
    assertThat(problems(service("depends_on: {db: {condition: healthy}}") + others))
        .singleElement()
        .asString()
        .contains("must be service_started");
  }

  @Test
  void refusesACircleAndShowsIt() {
    assertThat(
            problems(
                "services:\n"
                    + "  a: {image: i, depends_on: [b]}\n"
                    + "  b: {image: i, depends_on: [c]}\n"
                    + "  c: {image: i, depends_on: [a]}\n"))
        .singleElement()
        .asString()
        .contains("in a circle: a -> b -> c -> a");
    assertThat(problems("services:\n  a: {image: i, depends_on: [a]}\n"))
        .singleElement()
        .asString()
        .contains("a -> a");
  }

  @Test
  void leavesOutServicesWhoseProfileIsNotActive() {
    String file =
        "services:\n"
            + "  a: {image: i}\n"
            + "  tools: {image: i, profiles: [debug, ops]}\n"
            + "  b: {image: i, depends_on: {tools: {required: false}}}\n";

    assertThat(loaded(file).services().keySet()).containsExactly("a", "b");
    assertThat(
            loaded(request(file).withVariables(Map.of("COMPOSE_PROFILES", "x, ops")))
                .services()
                .keySet())
        .containsExactly("a", "b", "tools");
    assertThat(loaded(request(file).withVariables(Map.of("COMPOSE_PROFILES", "*"))).services())
        .hasSize(3);
    assertThat(problems(file.replace("{tools: {required: false}}", "[tools]")))
        .singleElement()
        .asString()
        .contains("whose profile is not active; activate it with COMPOSE_PROFILES");
  }

  @Test
  void readsNetworks() {
    String top =
        "networks:\n"
            + "  front: {name: edge, ipam: {config: [{subnet: 10.1.0.0/24}]}}\n"
            + "  back: {internal: true, driver: bridge, ipam: {config: [{subnet: 10.1.0.0/16,"
            + " gateway: 10.1.0.1}]}}\n"
            + "  proxy: {external: true}\n"
            + "  old: {external: {name: legacy}}\n"
            + "  unused:\n";
    var state =
        loaded(
            service(
                    "networks: {front: {aliases: [x], ipv4_address: 10.1.0.5, priority: 10}, back:"
                        + " , proxy: {priority: 5}, old: }")
                + top);

    assertThat(state.services().get("api").container().networks())
        .containsExactly(
            new NetworkAttachment("front", List.of("x"), "10.1.0.5", null, null, 10),
            new NetworkAttachment("proxy", List.of(), null, null, null, 5),
            NetworkAttachment.plain("back"),
            NetworkAttachment.plain("old"));
    assertThat(state.networks().keySet()).containsExactly("back", "front", "old", "proxy");
    assertThat(state.networks().get("back").name()).isEqualTo("shop_back");
    assertThat(state.networks().get("front").name()).isEqualTo("edge");
    assertThat(state.networks().get("proxy").name()).isEqualTo("proxy");
    assertThat(state.networks().get("old").name()).isEqualTo("legacy");
    assertThat(problems(service("networks: [frnt]") + top))
        .singleElement()
        .asString()
        .contains("names a network that is not declared")
        .contains("did you mean 'front'?");
  }

  @Test
  void guardsTheServersOwnNetwork() {
    LoadRequest host = request(service("network_mode: host"));

    assertThat(problems(host)).singleElement().asString().contains("allow: [host-network]");
    assertThat(
            loaded(
                    host.withPermissions(
                        new Permissions(Set.of("host-network"), List.of(), List.of())))
                .services()
                .get("api")
                .container()
                .networkMode())
        .isEqualTo("host");
    assertThat(
            loaded(host.withPermissions(new Permissions(Set.of("all"), List.of(), List.of())))
                .networks())
        .isEmpty();
    assertThat(problems(service("network_mode: none\nnetworks: [default]")))
        .singleElement()
        .asString()
        .contains("cannot stand beside");
  }

  @Test
  void warnsOfWhatOnlyASwarmHonours() {
    assertThat(
            warnings(
                request(
                    service(
                        "deploy: {mode: replicated, replicas: 1, placement: {}, update_config:"
                            + " {parallelism: 1}}"))))
        .hasSize(2)
        .allMatch(warning -> warning.contains("no effect outside a Swarm"));
  }

  @Test
  void readsTheRest() {
    var service =
        api(
            "container_name: the-api\n"
                + "hostname: api.local\n"
                + "user: '1000:1000'\n"
                + "working_dir: /app\n"
                + "init: true\n"
                + "tty: true\n"
                + "stdin_open: true\n"
                + "read_only: true\n"
                + "stop_signal: SIGINT\n"
                + "stop_grace_period: 1m\n"
                + "labels: [a=b, c]\n"
                + "logging: {driver: local, options: {max-file: 3}}");

    assertThat(service.container().containerName()).isEqualTo("the-api");
    assertThat(service.container().hostname()).isEqualTo("api.local");
    assertThat(service.container().process())
        .hasToString(
            "Process[entrypoint=null, command=null, user=1000:1000, workingDir=/app, tty=true,"
                + " stdinOpen=true, init=true, readOnly=true]");
    assertThat(service.container().lifecycle().grace()).isEqualTo(Duration.ofMinutes(1));
    assertThat(service.container().labels())
        .containsExactly(Map.entry("a", "b"), Map.entry("c", ""));
    assertThat(service.container().logging().options()).containsEntry("max-file", "3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "container_name: -x|is not a valid name",
        "container_name: a/b|is not a valid name",
        "hostname: a b|is not a valid name",
        "working_dir: app|must be an absolute path",
        "tty: maybe|'maybe' is not true or false",
        "labels: {dev.holdfast.app: x}|which Holdfast sets itself",
        "labels: ['com.docker.compose.project=x']|which Holdfast sets itself",
        "stop_signal: 'rm -rf'|is not a signal",
        "environment: text|must be a map or a list",
        "user: [a]|must be a single value",
        "deploy: x|must be a map",
        "pull_policy: sometimes|must be always, missing, never",
        "healthcheck: {retries: -1}|is not a whole number",
        "user: \"\\0\"|holds a NUL character",
        "labels: text|must be a map or a list of key=value",
        "labels: {a: \"\\0\"}|labels.a must be a single value",
        "labels: {a: [b]}|labels.a must be a single value",
        "dns_search: [\"\\0\"]|takes text; this item is none",
        "dns_search: [[a]]|takes text; this item is none"
      })
  void refusesWhatDoesNotFitItsField(String lines, String reason) {
    assertThat(problems(service(lines)))
        .singleElement()
        .asString()
        .startsWith("compose.yaml:4:")
        .contains(reason);
  }

  @Test
  void refusesATextOrAListThatNoContainerNeeds() {
    assertThat(api("user: " + "u".repeat(4096)).container().process().user()).hasSize(4096);
    assertThat(problems(service("user: " + "u".repeat(4097))))
        .singleElement()
        .asString()
        .contains("more than 4096 characters");
    String items = "command: [" + "a, ".repeat(1000);
    assertThat(api(items + "]").container().process().command()).hasSize(1000);
    assertThat(problems(service(items + "a]")))
        .singleElement()
        .asString()
        .contains("services.api.command has more than 1000 items");
  }
}
