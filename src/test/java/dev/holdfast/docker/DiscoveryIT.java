package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.it.World;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedContainer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Joining and leaving service discovery on a real engine. */
@ExtendWith(World.Started.class)
class DiscoveryIT {
  private final EngineWorld world = new EngineWorld();
  private final DockerEngine engine = world.engine;
  private NetworkSpec network;

  @BeforeEach
  void network() {
    network = NetworkSpec.plain("default", world.app + "_default");
    engine.ensureNetwork(world.app, network);
  }

  @AfterEach
  void cleanUp() {
    world.close();
  }

  private Requests request(String service, String name, String... command) {
    Requests request = new Requests(world.app, EngineWorld.image()).network(network);
    request.service = service;
    request.name = world.app + "-" + name;
    request.attachments = List.of(NetworkAttachment.plain("default"));
    request.process = Requests.running(command);
    return request;
  }

  private String started(ContainerRequest request) {
    String id = engine.create(request);
    engine.start(id);
    return id;
  }

  private String sleeping(String name) {
    return started(request(name, name, "sleep", "1000").build());
  }

  private List<String> sh(String id, String command) {
    List<String> lines = new ArrayList<>();
    engine.exec(id, List.of("sh", "-c", command), Duration.ofSeconds(20), lines::add);
    return lines;
  }

  /** The addresses that a neighbour gets for a name, in order. */
  private TreeSet<String> answers(String neighbour, String name) {
    TreeSet<String> found = new TreeSet<>();
    for (String line : sh(neighbour, "nslookup " + name + " 127.0.0.11 2>&1")) {
      if (line.startsWith("Address") && !line.contains("127.0.0.11")) {
        found.add(line.replaceFirst("^Address[ 0-9]*: *", "").split(" ")[0]);
      }
    }
    return found;
  }

  private String address(String id) {
    return engine.attachments(id).get(network.name()).address();
  }

  @Test
  void aHiddenOneRunsAndNobodyWhoAsksForTheServiceReachesIt() {
    String client = sleeping("client");
    String old = sleeping("api");
    String fresh = started(request("api", "api-new", "sleep", "1000").build().hidden(true));
    assertThat(address(fresh)).isNotNull();
    assertThat(engine.attachments(fresh).get(network.name()).names()).isEmpty();
    assertThat(answers(client, "api")).containsExactly(address(old));
    assertThat(answers(client, world.app + "-api-1")).doesNotContain(address(fresh));
  }

  @Test
  void joiningKeepsTheAddressAndWhatIsConnected() {
    String client = sleeping("client");
    started(request("db", "db", "nc", "-ll", "-p", "5432", "-e", "cat").build());
    String old = sleeping("api");
    ContainerRequest request =
        request(
                "api",
                "api-new",
                "sh",
                "-c",
                "(while :; do date; sleep 0.1; done) | nc db 5432 > /tmp/echo; echo > /tmp/ended;"
                    + " sleep 1000")
            .build();
    String fresh = started(request.hidden(true));
    await().until(() -> !sh(fresh, "cat /tmp/echo").isEmpty());
    String before = address(fresh);

    assertThat(engine.attach(fresh, request)).isEmpty();

    assertThat(address(fresh)).isEqualTo(before);
    assertThat(engine.attachments(fresh).get(network.name()).names())
        .containsExactlyInAnyOrder("api", world.app + "-api-1");
    assertThat(answers(client, "api")).containsExactlyInAnyOrder(address(old), before);
    int echoed = sh(fresh, "cat /tmp/echo").size();
    await().until(() -> sh(fresh, "cat /tmp/echo").size() > echoed + 10);
    assertThat(sh(fresh, "cat /tmp/ended 2>/dev/null")).isEmpty();
    assertThat(engine.attach(fresh, request)).as("done already").isEmpty();
  }

  @Test
  void leavingKeepsTheAddressAndItRunsOnUnfrozen() {
    String client = sleeping("client");
    ContainerRequest request = request("api", "api-1", "sleep", "1000").build();
    String old = started(request);
    String before = address(old);

    assertThat(engine.attach(old, request.hidden(true))).isEmpty();

    assertThat(address(old)).isEqualTo(before);
    assertThat(answers(client, "api")).isEmpty();
    assertThat(state(old)).isEqualTo(ObservedContainer.State.RUNNING);
  }

  private ObservedContainer.State state(String id) {
    return observed(id).state();
  }

  private ObservedContainer observed(String id) {
    return engine.observe(world.app, null).containers().stream()
        .filter(container -> container.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** A person may put a container on the network of their monitoring; it serves as before. */
  @Test
  void aNetworkThatSomebodyPutItOnByHandDoesNotHideIt() {
    ContainerRequest request = request("api", "api-1", "sleep", "1000").build();
    String api = started(request);
    NetworkSpec monitoring = NetworkSpec.plain("monitoring", world.app + "_monitoring");
    engine.ensureNetwork(world.app, monitoring);
    world.client.post(
        "put it on",
        Paths.network(monitoring.name()) + "/connect",
        version -> EngineWorld.container(api));

    assertThat(observed(api).hidden()).isFalse();
    engine.attach(api, request.hidden(true));
    assertThat(observed(api).hidden()).isTrue();
    engine.attach(api, request);
    assertThat(observed(api).hidden()).isFalse();
    assertThat(engine.attachments(api)).containsKey(monitoring.name());
  }

  @Test
  void whereItsAddressWouldGoNothingIsTouched() {
    String lower = sleeping("lower");
    ContainerRequest request = request("api", "api-1", "sleep", "1000").build();
    String fresh = started(request.hidden(true));
    engine.stop(lower, Duration.ZERO);
    String before = address(fresh);
    assertThatThrownBy(() -> engine.attach(fresh, request))
        .isInstanceOf(EngineException.Conflict.class)
        .hasMessageContaining("a lower one is free");
    assertThat(address(fresh)).isEqualTo(before);
    assertThat(state(fresh)).isEqualTo(ObservedContainer.State.RUNNING);
  }

  @Test
  void oneThatIsStoppedChangesItsNamesForItsNextStart() {
    String client = sleeping("client");
    ContainerRequest request = request("api", "api-1", "sleep", "1000").build();
    String old = started(request);
    engine.stop(old, Duration.ZERO);
    assertThat(engine.attach(old, request.hidden(true))).isEmpty();
    engine.start(old);
    assertThat(answers(client, "api")).isEmpty();
    engine.attach(old, request);
    assertThat(answers(client, "api")).containsExactly(address(old));
  }

  @Test
  void oneThatDiedBetweenTheTwoHalvesIsPutBack() {
    String client = sleeping("client");
    ContainerRequest request = request("api", "api-1", "sleep", "1000").build();
    String fresh = started(request.hidden(true));
    world.client.post(
        "take it off",
        Paths.network(network.name()) + "/disconnect",
        version -> EngineWorld.container(fresh));
    assertThat(engine.attachments(fresh)).isEmpty();
    assertThat(engine.attach(fresh, request)).as("moved").containsExactly(network.name());
    assertThat(answers(client, "api")).containsExactly(address(fresh));
  }

  /** Nobody chose the network's subnet: it is as in a Compose file that names no network. */
  @Test
  void leavingKeepsTheAddressThoughALowerOneIsFree() {
    String client = sleeping("client");
    String lower = sleeping("lower");
    ContainerRequest request = request("api", "api-1", "sleep", "1000").build();
    String old = started(request);
    engine.stop(lower, Duration.ZERO);
    String before = address(old);

    assertThat(engine.attach(old, request.hidden(true))).isEmpty();

    assertThat(address(old)).isEqualTo(before);
    assertThat(answers(client, "api")).isEmpty();
  }

  @Test
  void anAddressThatLeavingWishedForGoesBeforeTheNextStart() {
    NetworkSpec.Subnet subnet =
        new NetworkSpec.Subnet("10.250.77.0/24", null, null, new java.util.TreeMap<>());
    NetworkSpec plain = NetworkSpec.plain("chosen", world.app + "_chosen");
    network =
        new NetworkSpec(
            plain.key(),
            plain.name(),
            false,
            null,
            plain.driverOptions(),
            false,
            false,
            null,
            null,
            List.of(subnet),
            plain.labels(),
            false,
            new TreeMap<>());
    engine.ensureNetwork(world.app, network);
    String lower = onChosen("lower");
    Requests wish = request("api", "api-1", "sleep", "1000");
    wish.attachments = List.of(NetworkAttachment.plain("chosen"));
    ContainerRequest request = wish.build();
    String old = started(request);
    engine.stop(lower, Duration.ZERO);
    String before = address(old);

    assertThat(engine.attach(old, request.hidden(true))).as("it may wish").isEmpty();
    assertThat(address(old)).isEqualTo(before);

    engine.stop(old, Duration.ZERO);
    engine.attach(old, request.hidden(true));
    engine.start(old);
    assertThat(address(old)).as("the lowest again").isNotEqualTo(before);
  }

  private String onChosen(String service) {
    Requests request = request(service, service, "sleep", "1000");
    request.attachments = List.of(NetworkAttachment.plain("chosen"));
    return started(request.build());
  }
}
