package dev.holdfast.compose;

import static dev.holdfast.compose.Loading.api;
import static dev.holdfast.compose.Loading.loaded;
import static dev.holdfast.compose.Loading.problems;
import static dev.holdfast.compose.Loading.request;
import static dev.holdfast.compose.Loading.service;
import static dev.holdfast.compose.Loading.warnings;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.CanaryMetric;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Updating;
import dev.holdfast.model.Updating.Canary;
import dev.holdfast.model.Updating.Strategy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatingTest {
  private static final String START_FIRST = "x-holdfast: {strategy: start-first}\n";

  private static Updating updating(String service) {
    return api(service).updates();
  }

  private static String withNetwork(String file) {
    return file + "networks: {fixed: {ipam: {config: [{subnet: 10.0.0.0/24}]}}}\n";
  }

  @Test
  void isOneContainerThatIsRecreatedUnlessItSaysOtherwise() {
    assertThat(updating("deploy: {}")).isEqualTo(Updating.DEFAULT);
    assertThat(api("deploy: {replicas: 1}\nscale: 1").updating()).isNull();
  }

  @Test
  void readsHowManyContainers() {
    assertThat(updating("deploy: {replicas: 3}").replicas()).isEqualTo(3);
    assertThat(updating("scale: 0").replicas()).isZero();
    assertThat(problems(service("scale: 2\ndeploy: {replicas: 3}")))
        .singleElement()
        .asString()
        .contains("services.api.scale differs from deploy.replicas");
    assertThat(problems(service("deploy: {replicas: 1001}"))).hasSize(1);
    assertThat(problems(service("deploy: {replicas: -1}"))).hasSize(1);
  }

  /** Compose Deploy Specification, "update_config". */
  @Test
  void readsHowAnUpdateGoesThroughThem() {
    assertThat(
            updating(
                "deploy: {replicas: 4, update_config: {parallelism: 2, delay: 5s, monitor: 1m30s,"
                    + " order: start-first}}"))
        .isEqualTo(
            new Updating(
                4,
                2,
                Strategy.START_FIRST,
                Duration.ofSeconds(5),
                Duration.ofSeconds(90),
                Updating.DEFAULT_DRAIN,
                null));
    assertThat(updating("deploy: {update_config: {parallelism: 0}}").parallelism()).isZero();
    assertThat(problems(service("deploy: {update_config: {order: first}}")))
        .singleElement()
        .asString()
        .contains("update_config.order must be stop-first or start-first");
  }

  /** While one app waits, those behind it wait too. */
  @Test
  void letsNoRolloutWaitForMoreThanADay() {
    assertThat(problems(service("x-holdfast: {strategy: start-first, drain: 25h}")))
        .singleElement()
        .asString()
        .contains("x-holdfast.drain must be at most 24h");
    assertThat(problems(service("deploy: {update_config: {delay: 1000000h}}"))).hasSize(1);
    assertThat(
            problems(
                service("deploy: {replicas: 2}\nx-holdfast: {strategy: {canary: {for: 365d}}}")))
        .hasSize(1);
    assertThat(updating("x-holdfast: {strategy: start-first, drain: 24h}").drain())
        .isEqualTo(Duration.ofHours(24));
  }

  @Test
  void letsTheServicesOwnStrategyGoBeforeTheOrder() {
    assertThat(updating(START_FIRST).strategy()).isEqualTo(Strategy.START_FIRST);
    assertThat(
            updating(
                    "deploy: {update_config: {order: start-first}}\n"
                        + "x-holdfast: {strategy: recreate, drain: 3s}")
                .strategy())
        .isEqualTo(Strategy.RECREATE);
    assertThat(updating("x-holdfast: {strategy: {order: start-first}, drain: 3s}").drain())
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(problems(service("x-holdfast: {strategy: blue-green}")))
        .singleElement()
        .asString()
        .contains("x-holdfast.strategy must be recreate or start-first");
  }

  @Test
  void readsACanary() {
    String metric =
        "{prometheus: 'http://prometheus.example:9090', query: 'up{instance=~\"{{instances}}\"}',"
            + " max: 0.01, max-ratio: 1.5}";
    assertThat(
            updating(
                    "deploy: {replicas: 3}\nx-holdfast: {strategy: {canary: {replicas: 2, for: 1m,"
                        + " metrics: ["
                        + metric
                        + "]}}}")
                .canary())
        .isEqualTo(
            new Canary(
                2,
                Duration.ofMinutes(1),
                List.of(
                    new CanaryMetric(
                        "http://prometheus.example:9090",
                        "up{instance=~\"{{instances}}\"}",
                        "0.01",
                        null,
                        "1.5"))));
    assertThat(updating("deploy: {replicas: 2}\nx-holdfast: {strategy: {canary: {}}}").canary())
        .isEqualTo(new Canary(1, Duration.ofMinutes(5)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "deploy: {replicas: 1} | {} | needs a service with replicas",
        "deploy: {replicas: 3} | {replicas: 3} | canary.replicas",
        "deploy: {replicas: 3} | {for: 0s} | canary.for must be longer",
        "deploy: {replicas: 3} | {metrics: [{prometheus: 'http://p', query: a}]} | give a bound",
        "deploy: {replicas: 3} | {metrics: [{prometheus: 'http://p', max: 1}]} | query is missing",
        "deploy: {replicas: 3} | {metrics: [{prometheus: p, query: a, max: 1}]} | prometheus must"
            + " be",
        "deploy: {replicas: 3} | {metrics: [{prometheus: 'http://p', query: a, max: x}]} | max must"
            + " be a number",
        "deploy: {replicas: 3} | {metrics: [{prometheus: 'http://p', query: a, max-ratio: 2}]} |"
            + " the same for new and old",
        "deploy: {replicas: 3} | {replica: 1} | did you mean 'replicas'",
      })
  void refusesACanaryThatMakesNoSense(String deploy, String canary, String problem) {
    assertThat(problems(service(deploy + "\nx-holdfast: {strategy: {canary: " + canary + "}}")))
        .singleElement()
        .asString()
        .contains(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ports: ['8080:80'] | only one container can have host port 8080",
        "ports: ['127.0.0.1:8080:80'] | only one container can have host port 8080",
        "network_mode: none | with network_mode none no client finds it",
        "networks: {fixed: {ipv4_address: 10.0.0.5}} | can have its address on network fixed",
        "mac_address: 02:42:ac:11:00:05 | only one container can have its MAC address",
        "hostname: api | its hostname api is a name that clients ask for",
        "'hostname: www\nnetworks: {default: {aliases: [www]}}' | its hostname www is a name",
      })
  void refusesToStartFirstWhatOnlyOneContainerCanHave(String hindrance, String reason) {
    assertThat(problems(withNetwork(service(START_FIRST + hindrance))))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .contains("services.api.x-holdfast.strategy cannot be start-first")
                    .contains(reason));
    assertThat(
            problems(
                withNetwork(service("x-holdfast: {strategy: {order: start-first}}\n" + hindrance))))
        .anySatisfy(problem -> assertThat(problem).contains("cannot be start-first"));
    LoadRequest asked =
        request(
            withNetwork(service("deploy: {update_config: {order: start-first}}\n" + hindrance)));
    assertThat(loaded(asked).services().get("api").updates().strategy())
        .isEqualTo(Strategy.RECREATE);
    assertThat(warnings(asked))
        .anySatisfy(
            warning ->
                assertThat(warning)
                    .contains("update_config.order start-first is not kept to")
                    .contains("the service is recreated"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ports: ['80']",
        "ports: ['8080-8081:80']",
        "container_name: the-api",
        "hostname: api.local",
        "networks: {default: {aliases: [www]}}",
      })
  void letsAllElseStartFirst(String rest) {
    assertThat(updating(START_FIRST + rest).strategy()).isEqualTo(Strategy.START_FIRST);
  }

  @Test
  void refusesToStartFirstWhatOthersLiveInOrWaitFor() {
    assertThat(
            problems(
                request(
                    "services:\n  api: {image: a, x-holdfast: {strategy: start-first}}\n"
                        + "  side: {image: a, network_mode: 'service:api'}")))
        .singleElement()
        .asString()
        .contains("services.side shares a namespace");
    assertThat(
            problems(
                request(
                    "services:\n"
                        + "  api: {image: a, x-holdfast: {strategy: start-first}}\n"
                        + "  side: {image: a, depends_on: {api: {condition:"
                        + " service_completed_successfully}}}")))
        .singleElement()
        .asString()
        .contains("services.side waits for it to end");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "container_name: one | one name cannot be given to 2 containers",
        "ports: ['8080:80'] | publishes host port 8080 for 2 containers",
        "networks: {fixed: {ipv4_address: 10.0.0.5}} | gives its address on network fixed to 2"
            + " containers",
      })
  void refusesToGiveToSeveralWhatOnlyOneCanHave(String what, String problem) {
    assertThat(problems(withNetwork(service("deploy: {replicas: 2}\n" + what))))
        .singleElement()
        .asString()
        .contains(problem);
  }

  @Test
  void givesEachOfSeveralAPortOfARange() {
    assertThat(updating("deploy: {replicas: 2}\nports: ['8080-8081:80']").replicas()).isEqualTo(2);
    assertThat(problems(service("deploy: {replicas: 3}\nports: ['8080-8081:80']"))).hasSize(1);
    assertThat(updating("deploy: {replicas: 3}\nports: ['80', '0:81']").replicas()).isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "migrate: {service: api, command: [a], mode: exec}",
        "smoke: {service: api, command: [a]}",
        "after: {name: x, service: api, command: [a]}",
      })
  void refusesToRunACommandInNoContainer(String use) {
    String file = "services: {api: {image: a, scale: 0}}\nx-holdfast: {" + use + "}";

    assertThat(problems(request(file))).singleElement().asString().contains("which has 0 replicas");
  }

  @Test
  void migratesInAContainerOfItsOwnWhereNoneIsToRun() {
    assertThat(
            loaded(
                    "services: {api: {image: a, scale: 0}}\n"
                        + "x-holdfast: {migrate: {service: api, command: [a]}}")
                .rollout()
                .migrations())
        .containsExactly(
            new Migration(
                "api",
                List.of("a"),
                Migration.Mode.RUN,
                Environment.EMPTY,
                Migration.DEFAULT_TIMEOUT,
                new Migration.OnRollback.Keep(),
                null));
  }
}
