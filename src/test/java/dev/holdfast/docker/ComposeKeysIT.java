package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.compose.ComposeLoader;
import dev.holdfast.compose.ComposeText;
import dev.holdfast.compose.LoadResult;
import dev.holdfast.it.World;
import dev.holdfast.model.DesiredState;
import dev.holdfast.model.Labels;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Release;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the keys of a Compose file become in a real engine, asked of the engine itself. */
@ExtendWith(World.Started.class)
class ComposeKeysIT {
  private final EngineWorld world = new EngineWorld();
  private final DockerEngine engine = world.engine;

  @AfterEach
  void cleanUp() {
    world.close();
  }

  private DesiredState loaded(String compose) {
    LoadResult result =
        ComposeLoader.load(ComposeText.request(compose, Set.of("all")).withApp(world.app));
    assertThat(result).as("%s", result).isInstanceOf(LoadResult.Loaded.class);
    return ((LoadResult.Loaded) result).state();
  }

  private ContainerRequest request(DesiredState state, String service) throws Exception {
    state.networks().values().forEach(network -> engine.ensureNetwork(world.app, network));
    state.volumes().values().forEach(volume -> engine.ensureVolume(world.app, volume));
    SortedMap<String, String> labels = new TreeMap<>();
    labels.put(Labels.COMPOSE_PROJECT, world.app);
    labels.put(Labels.COMPOSE_SERVICE, service);
    labels.put(Labels.COMPOSE_NUMBER, "1");
    labels.put(Labels.COMPOSE_ONEOFF, "False");
    labels.put(Labels.COMPOSE_CONFIG_HASH, "0");
    labels.put(Labels.APP, world.app);
    SortedMap<String, String> serving = new TreeMap<>();
    state.services().keySet().forEach(name -> serving.put(name, serving(name)));
    Path folder = Files.createTempDirectory("hf-keys");
    return new ContainerRequest(
        world.app,
        new Release.Service(
            Objects.requireNonNull(state.services().get(service)), EngineWorld.image()),
        serving(service),
        serving(service),
        labels,
        state.networks(),
        state.volumes(),
        folder,
        folder,
        folder,
        new TreeMap<>(),
        false,
        false,
        serving);
  }

  private String serving(String service) {
    return world.app + "-" + service + "-1";
  }

  private String started(DesiredState state, String service) throws Exception {
    String id = engine.create(request(state, service));
    engine.start(id);
    return id;
  }

  private String created(DesiredState state, String service) throws Exception {
    return engine.create(request(state, service));
  }

  private JsonNode inspected(String id) {
    return world.client.get("inspect", Paths.container(id) + "/json");
  }

  private List<String> execs(String id, String... command) {
    List<String> lines = new ArrayList<>();
    int status = engine.exec(id, List.of(command), Duration.ofSeconds(20), lines::add);
    assertThat(status).as("%s gave %s", List.of(command), lines).isZero();
    return lines;
  }

  private ObservedContainer observed(String id) {
    return engine.observe(world.app, null).containers().stream()
        .filter(c -> c.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void allKeysOfOneServiceReachTheEngineAndTheContainerRuns() throws Exception {
    DesiredState state =
        loaded(
            """
            services:
              api:
                image: busybox
                command: [sleep, "600"]
                blkio_config: { weight: 300 }
                cap_add: [NET_ADMIN, SYS_PTRACE]
                cap_drop: [MKNOD]
                cgroup: private
                cpu_period: 100000
                cpu_quota: 50000
                cpu_shares: 512
                cpuset: "0"
                device_cgroup_rules: ["c 1:3 mr"]
                devices: ["/dev/null:/dev/nothing:r"]
                dns: [10.9.8.7]
                dns_opt: ["ndots:2"]
                dns_search: [shop.example]
                domainname: shop.example
                hostname: api
                environment: { A: b }
                expose: ["3000"]
                extra_hosts: ["old=10.1.2.3"]
                group_add: ["1001"]
                init: true
                ipc: shareable
                label_file: api.labels
                labels: { b: mine }
                links: ["db:database"]
                logging: { driver: json-file, options: { max-size: 1m } }
                mac_address: 02:42:ac:11:65:43
                mem_limit: 64m
                mem_reservation: 32m
                memswap_limit: 128m
                oom_score_adj: 100
                pids_limit: 50
                read_only: true
                security_opt: ["no-new-privileges:true", "seccomp=unconfined"]
                shm_size: 8m
                stop_grace_period: 1s
                stop_signal: SIGKILL
                sysctls: { net.core.somaxconn: 1024, kernel.shmmax: 1000000 }
                tmpfs: ["/tmp:size=1m"]
                tty: true
                stdin_open: true
                ulimits: { nofile: { soft: 2000, hard: 2000 } }
                user: "1000:1000"
                userns_mode: host
                working_dir: /tmp
                volumes: ["data:/data"]
                networks:
                  lan:
                    ipv4_address: 10.253.7.5
                    aliases: [shop-api]
              db: { image: busybox, networks: [lan] }
            networks:
              lan: { ipam: { config: [{ subnet: 10.253.7.0/24 }] } }
            volumes:
              data:
            """);
    String id = started(state, "api");
    JsonNode box = inspected(id);

    assertFields(
        box.path("HostConfig"),
        Map.ofEntries(
            Map.entry("/CapDrop", "[\"MKNOD\"]"),
            Map.entry("/CgroupnsMode", "\"private\""),
            Map.entry("/CpuPeriod", "100000"),
            Map.entry("/CpuQuota", "50000"),
            Map.entry("/CpuShares", "512"),
            Map.entry("/CpusetCpus", "\"0\""),
            Map.entry("/DeviceCgroupRules", "[\"c 1:3 mr\"]"),
            Map.entry("/Devices/0/PathInContainer", "\"/dev/nothing\""),
            Map.entry("/Devices/0/CgroupPermissions", "\"r\""),
            Map.entry("/Dns", "[\"10.9.8.7\"]"),
            Map.entry("/DnsOptions", "[\"ndots:2\"]"),
            Map.entry("/DnsSearch", "[\"shop.example\"]"),
            Map.entry("/ExtraHosts", "[\"old:10.1.2.3\"]"),
            Map.entry("/GroupAdd", "[\"1001\"]"),
            Map.entry("/Init", "true"),
            Map.entry("/IpcMode", "\"shareable\""),
            Map.entry("/LogConfig", "{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1m\"}}"),
            Map.entry("/Memory", "67108864"),
            Map.entry("/MemoryReservation", "33554432"),
            Map.entry("/MemorySwap", "134217728"),
            Map.entry("/OomScoreAdj", "100"),
            Map.entry("/PidsLimit", "50"),
            Map.entry("/ReadonlyRootfs", "true"),
            Map.entry("/SecurityOpt", "[\"no-new-privileges=true\",\"seccomp=unconfined\"]"),
            Map.entry("/ShmSize", "8388608"),
            Map.entry(
                "/Sysctls", "{\"kernel.shmmax\":\"1000000\",\"net.core.somaxconn\":\"1024\"}"),
            Map.entry("/Tmpfs", "{\"/tmp\":\"size=1m\"}"),
            Map.entry("/UsernsMode", "\"host\""),
            Map.entry("/NetworkMode", "\"" + world.app + "_lan\"")));
    assertThat(box.at("/HostConfig/CapAdd").toString())
        .contains("NET_ADMIN")
        .contains("SYS_PTRACE");
    assertThat(box.at("/HostConfig/Ulimits").toString()).contains("nofile");
    assertFields(
        box.path("Config"),
        Map.of(
            "/Domainname", "\"shop.example\"",
            "/Hostname", "\"api\"",
            "/StopSignal", "\"SIGKILL\"",
            "/StopTimeout", "1",
            "/Tty", "true",
            "/OpenStdin", "true",
            "/User", "\"1000:1000\"",
            "/WorkingDir", "\"/tmp\"",
            "/Labels/a", "\"1\"",
            "/Labels/b", "\"mine\""));
    JsonNode lan = box.at("/NetworkSettings/Networks/" + world.app + "_lan");
    assertThat(lan.path("IPAddress").asText()).isEqualTo("10.253.7.5");
    assertThat(lan.path("MacAddress").asText()).isEqualTo("02:42:ac:11:65:43");
    assertThat(lan.path("Links").toString()).contains(serving("db") + ":database");

    // And what the container itself sees of it.
    assertThat(execs(id, "sh", "-c", "ulimit -n; cat /proc/sys/net/core/somaxconn; id -G; pwd"))
        .contains("2000", "1024", "1000 1001", "/tmp");
    assertThat(execs(id, "cat", "/etc/resolv.conf").toString())
        .contains("ndots:2")
        .contains("shop.example");
  }

  @Test
  void aLinkIsAFurtherNameOfTheOtherContainer() throws Exception {
    DesiredState state =
        loaded(
            """
            services:
              api: { image: busybox, command: [sleep, "600"], links: ["db:database"] }
              db: { image: busybox, command: [sleep, "600"] }
            """);
    String db = started(state, "db");
    assertThat(execs(started(state, "api"), "nslookup", "database").toString())
        .contains(observed(db).addresses().values().iterator().next());
  }

  private static void assertFields(JsonNode node, Map<String, String> expected) throws Exception {
    for (Map.Entry<String, String> field : expected.entrySet()) {
      assertThat(node.at(field.getKey()).toString())
          .as(field.getKey())
          .isEqualTo(Json.mapper().readTree(field.getValue()).toString());
    }
  }

  @Test
  void rightsAndNamespacesOfTheServerReachTheEngine() throws Exception {
    // Not started: the machine of the tests may not give all this away itself.
    String id =
        created(
            loaded(
                """
                services:
                  api:
                    image: busybox
                    command: [sleep, "600"]
                    privileged: true
                    pid: host
                    ipc: host
                    uts: host
                    cgroup: host
                    network_mode: host
                    oom_kill_disable: false
                    security_opt: ["systempaths=unconfined", "apparmor=unconfined"]
                """),
            "api");
    assertFields(
        inspected(id).path("HostConfig"),
        Map.of(
            "/Privileged", "true",
            "/PidMode", "\"host\"",
            "/IpcMode", "\"host\"",
            "/UTSMode", "\"host\"",
            "/CgroupnsMode", "\"host\"",
            "/NetworkMode", "\"host\""));
    assertThat(inspected(id).at("/HostConfig/SecurityOpt").toString()).contains("apparmor");
  }

  @Test
  void whoLivesInAnothersNamespaceIsTiedToTheOneThatItWasMadeFor() throws Exception {
    DesiredState state =
        loaded(
            """
            services:
              vpn:
                image: busybox
                command: [sleep, "600"]
                ipc: shareable
                volumes: [/shared, "data:/data"]
              web:
                image: busybox
                command: [sleep, "600"]
                network_mode: service:vpn
                pid: service:vpn
                ipc: service:vpn
                volumes_from: ["vpn:ro"]
            volumes:
              data:
            """);
    String vpn = started(state, "vpn");
    String web = started(state, "web");
    String address = observed(vpn).addresses().values().iterator().next();

    assertThat(execs(web, "ip", "addr").toString()).contains(address);
    assertThat(execs(web, "ps").toString()).contains("PID").contains("sleep 600");
    execs(vpn, "sh", "-c", "echo here > /data/file; echo too > /shared/file");
    assertThat(execs(web, "cat", "/data/file", "/shared/file")).containsExactly("here", "too");
    assertThat(engine.exec(web, List.of("touch", "/data/x"), Duration.ofSeconds(20), line -> {}))
        .isNotZero();

    // The way of an update: others take the names, and are tied to each other.
    engine.rename(vpn, serving("vpn") + "-old");
    engine.rename(web, serving("web") + "-old");
    engine.stop(vpn, Duration.ofSeconds(1));
    engine.stop(web, Duration.ofSeconds(1));
    String nextVpn = started(state, "vpn");
    String nextWeb = started(state, "web");
    assertThat(execs(nextWeb, "ip", "addr").toString())
        .contains(observed(nextVpn).addresses().values().iterator().next());

    // And the way back: the lender first, and the borrower finds it by itself.
    engine.stop(nextWeb, Duration.ofSeconds(1));
    engine.stop(nextVpn, Duration.ofSeconds(1));
    assertThat(catchThrowable(() -> engine.start(web))).isInstanceOf(EngineException.class);
    engine.start(vpn);
    engine.start(web);
    assertThat(execs(web, "ip", "addr").toString())
        .contains(observed(vpn).addresses().values().iterator().next());
  }

  @Test
  void whatThisEngineIsTooOldForIsRefusedAndNotDropped() throws Exception {
    if (ApiVersion.parse(engine.info().apiVersion()).has(ApiVersion.WITH_INTERFACE_NAME)) {
      return;
    }
    DesiredState state =
        loaded("services: {api: {image: busybox, networks: {default: {interface_name: eth7}}}}\n");
    assertThat(catchThrowable(() -> engine.create(request(state, "api"))))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("interface_name needs API 1.49 (Docker Engine 28.1)");
    assertThat(engine.observe(world.app, null).containers()).isEmpty();
  }

  @Test
  void anImageOfAnotherPlatformIsRefused() throws Exception {
    String other = engine.info().architecture().equals("amd64") ? "s390x" : "amd64";
    DesiredState state =
        loaded("services: {api: {image: busybox, platform: linux/" + other + "}}\n");
    assertThat(catchThrowable(() -> engine.create(request(state, "api"))))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("asks for platform linux/" + other);
  }

  @Test
  void networksAndVolumesAreMadeWithAllTheirKeys() throws Exception {
    DesiredState state =
        loaded(
            """
            services:
              api: { image: busybox, networks: [lan], volumes: ["data:/d"] }
            networks:
              lan:
                driver: bridge
                driver_opts: { com.docker.network.driver.mtu: 1400 }
                internal: true
                attachable: true
                enable_ipv6: true
                labels: { a: b }
                ipam:
                  driver: default
                  options: { foo: bar }
                  config:
                    - { subnet: 10.253.9.0/24, gateway: 10.253.9.1, ip_range: 10.253.9.128/25, aux_addresses: { r: 10.253.9.2 } }
                    - { subnet: "fd00:253::/64" }
            volumes:
              data: { driver: local, driver_opts: { type: tmpfs, device: tmpfs, o: size=1m }, labels: { c: d } }
            """);
    request(state, "api");
    JsonNode network = world.client.get("inspect", Paths.network(world.app + "_lan"));
    assertThat(network.toString())
        .contains("1400")
        .contains("10.253.9.128/25")
        .contains("fd00:253::/64")
        .contains("\"foo\":\"bar\"");
    assertThat(network.path("Internal").asBoolean()).isTrue();
    assertThat(network.path("Labels").path("a").asText()).isEqualTo("b");
    JsonNode volume = world.client.get("inspect", Paths.volume(world.app + "_data"));
    assertThat(volume.path("Driver").asText()).isEqualTo("local");
    assertThat(Json.textMap(volume.path("Labels"))).containsEntry("c", "d");
  }
}
