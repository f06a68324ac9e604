package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import dev.holdfast.model.ContainerSpec.Lifecycle;
import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.ContainerSpec.Logging;
import dev.holdfast.model.ContainerSpec.Process;
import dev.holdfast.model.Digest;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.Labels;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.PortMapping;
import dev.holdfast.model.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CreateMapperTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);
  private static final ImageDefaults IMAGE =
      new ImageDefaults("sha256:image", List.of("/entry"), List.of("/var/lib/data"), List.of());

  private final Requests request =
      new Requests(
          "shop",
          PinnedImage.of(ImageReference.parse("ghcr.io/acme/api:1.4.2"), new Digest(DIGEST)));

  private JsonNode map() {
    return map(ApiVersion.OLDEST);
  }

  private JsonNode map(ApiVersion version) {
    return CreateMapper.map(request.build(), IMAGE, version);
  }

  private static String text(JsonNode node) {
    return node.toString().replace('"', '\'');
  }

  @Test
  void runsTheDigestAndNeverATag() {
    assertThat(map().path("Image").asText()).isEqualTo("ghcr.io/acme/api@" + DIGEST);
  }

  /** Else what nobody types at any more would wait for its input until the agent's next look. */
  @Test
  void theInputOfAShellIsOverWithWhoeverTyped() {
    assertThat(map().path("StdinOnce").asBoolean()).isFalse();
    assertThat(map().path("AttachStdin").asBoolean()).isFalse();
    request.further.put(Labels.SHELL, "20261121T120000Z-0a1b2c");
    assertThat(map().path("StdinOnce").asBoolean()).isTrue();
    assertThat(map().path("AttachStdin").asBoolean()).isTrue();
  }

  /** A container gets its image's labels, and ours decide which networks it is put on. */
  @Test
  void anImageCannotSpeakInOurLabels() {
    ImageDefaults claiming =
        new ImageDefaults(
            "sha256:image",
            List.of(),
            List.of(),
            List.of("dev.holdfast.networks", "dev.holdfast.migration", "maintainer"));
    JsonNode labels = CreateMapper.map(request.build(), claiming, ApiVersion.OLDEST).path("Labels");
    assertThat(labels.path("dev.holdfast.networks").asText("absent")).isEmpty();
    assertThat(labels.path("dev.holdfast.migration").asText("absent")).isEmpty();
    assertThat(labels.has("maintainer")).isFalse();
    Map<String, String> read = Map.of("dev.holdfast.networks", "", "dev.holdfast.migration", "");
    assertThat(Endpoints.missing(read, Set.of())).isEmpty();
    assertThat(Labels.migration(read)).isNull();
  }

  @Test
  void givesTheHostsFileWhatTheServiceAddsAndNothingElse() {
    assertThat(map().path("HostConfig").has("ExtraHosts")).isFalse();
    request.extraHosts = List.of("db:10.0.0.1", "host.docker.internal:host-gateway");
    assertThat(text(map().path("HostConfig").path("ExtraHosts")))
        .isEqualTo("['db:10.0.0.1','host.docker.internal:host-gateway']");
  }

  @Test
  void leavesToTheImageWhatTheServiceDoesNotSay() {
    JsonNode body = map();
    for (String field :
        List.of(
            "Cmd",
            "Entrypoint",
            "User",
            "WorkingDir",
            "Hostname",
            "StopSignal",
            "StopTimeout",
            "Healthcheck",
            "MacAddress")) {
      assertThat(body.has(field)).as(field).isFalse();
    }
    for (String field :
        List.of("Init", "Memory", "NanoCpus", "PidsLimit", "ShmSize", "LogConfig")) {
      assertThat(body.path("HostConfig").has(field)).as(field).isFalse();
    }
  }

  @Test
  void theServicesLabelsNeverHideComposesOrOurs() {
    request.labels =
        Map.of(
            "traefik.enable",
            "true",
            "com.docker.compose.project",
            "evil",
            "com.docker.compose.image",
            "evil");
    JsonNode labels = map().path("Labels");
    assertThat(labels.path("traefik.enable").asText()).isEqualTo("true");
    assertThat(labels.path("com.docker.compose.project").asText()).isEqualTo("shop");
    assertThat(labels.path("com.docker.compose.oneoff").asText()).isEqualTo("False");
    assertThat(labels.path("com.docker.compose.image").asText()).isEqualTo("sha256:image");
  }

  @Test
  void F34_variablesAreNotChanged() {
    request.environment = Environment.of(Map.of("A", "P@$$w0rd=x", "B", ""));
    assertThat(text(map().path("Env"))).isEqualTo("['A=P@$$w0rd=x','B=']");
  }

  static Stream<Arguments> commands() {
    return Stream.of(
        Arguments.of(null, null, "", ""),
        Arguments.of(null, List.of("serve"), "", "['serve']"),
        Arguments.of(List.of("/own"), null, "['/own']", ""),
        Arguments.of(List.of("/own"), List.of("serve"), "['/own']", "['serve']"),
        Arguments.of(List.of(), null, "[]", ""),
        Arguments.of(List.of(), List.of("serve"), "[]", "['serve']"),
        Arguments.of(null, List.of(), "['/entry']", "[]"),
        Arguments.of(List.of("/own"), List.of(), "['/own']", "[]"),
        Arguments.of(List.of(), List.of(), "['']", "[]"));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void nullIsTheImagesAndEmptyIsCleared(
      List<String> entrypoint, List<String> command, String sentEntrypoint, String sentCommand) {
    request.process = Requests.process(entrypoint, command);
    assertThat(text(map().path("Entrypoint"))).isEqualTo(sentEntrypoint);
    assertThat(text(map().path("Cmd"))).isEqualTo(sentCommand);
  }

  @Test
  void processFieldsReachTheEngine() {
    request.process = new Process(null, null, "1000:1000", "/srv", true, true, true, true);
    request.hostname = "api-host";
    request.lifecycle = new Lifecycle("SIGINT", Duration.ofMillis(1500));
    JsonNode body = map();
    assertThat(body.path("User").asText()).isEqualTo("1000:1000");
    assertThat(body.path("WorkingDir").asText()).isEqualTo("/srv");
    assertThat(body.path("Tty").asBoolean()).isTrue();
    assertThat(body.path("OpenStdin").asBoolean()).isTrue();
    assertThat(body.path("HostConfig").path("Init").asBoolean()).isTrue();
    assertThat(body.path("HostConfig").path("ReadonlyRootfs").asBoolean()).isTrue();
    assertThat(body.path("Hostname").asText()).isEqualTo("api-host");
    assertThat(body.path("StopSignal").asText()).isEqualTo("SIGINT");
    assertThat(body.path("StopTimeout").asInt())
        .as("whole seconds, never less than asked")
        .isEqualTo(2);
  }

  @Test
  void portsArePublishedAndExposed() {
    request.ports =
        List.of(
            new PortMapping(null, "8080", 80, "tcp"),
            new PortMapping("127.0.0.1", "8000-8010", 80, "tcp"),
            new PortMapping("[::1]", null, 53, "udp"),
            new PortMapping(null, "5060", 5060, "sctp"));
    request.expose = List.of("9000", "9100-9101/udp");
    JsonNode body = map();
    assertThat(text(body.path("HostConfig").path("PortBindings")))
        .isEqualTo(
            "{'80/tcp':[{'HostIp':'','HostPort':'8080'},{'HostIp':'127.0.0.1','HostPort':'8000-8010'}],"
                + "'53/udp':[{'HostIp':'::1','HostPort':''}],'5060/sctp':[{'HostIp':'','HostPort':'5060'}]}");
    assertThat(body.path("ExposedPorts").properties().stream().map(Map.Entry::getKey).toList())
        .containsExactlyInAnyOrder(
            "9000/tcp", "9100/udp", "9101/udp", "80/tcp", "53/udp", "5060/sctp");
  }

  @Test
  void anExposedPortThatIsNoneIsRefused() {
    request.expose = List.of("http");
    assertThatThrownBy(this::map)
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("'http'");
  }

  @Test
  void healthchecksGoInNanosecondsAndInheritWhatIsMissing() {
    request.healthcheck =
        new Healthcheck(
            List.of("CMD-SHELL", "curl -f localhost"),
            Duration.ofSeconds(5),
            null,
            Duration.ofMinutes(1),
            Duration.ofSeconds(1),
            3);
    assertThat(text(map().path("Healthcheck")))
        .isEqualTo(
            "{'Test':['CMD-SHELL','curl -f localhost'],'Interval':5000000000,'StartPeriod':60000000000,'Retries':3}");
    assertThat(
            map(ApiVersion.WITH_START_INTERVAL).path("Healthcheck").path("StartInterval").asLong())
        .isEqualTo(1_000_000_000L);
  }

  @Test
  void limitsLoggingAndRestartReachTheEngine() {
    request.limits = new Limits(536_870_912L, 268_435_456L, 500_000_000L, 100L, 67_108_864L);
    request.logging = new Logging("json-file", new TreeMap<>(Map.of("max-size", "10m")));
    request.restart = new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 5);
    JsonNode host = map().path("HostConfig");
    assertThat(host.path("Memory").asLong()).isEqualTo(536_870_912L);
    assertThat(host.path("MemoryReservation").asLong()).isEqualTo(268_435_456L);
    assertThat(host.path("NanoCpus").asLong()).isEqualTo(500_000_000L);
    assertThat(host.path("PidsLimit").asLong()).isEqualTo(100);
    assertThat(host.path("ShmSize").asLong()).isEqualTo(67_108_864L);
    assertThat(text(host.path("LogConfig")))
        .isEqualTo("{'Type':'json-file','Config':{'max-size':'10m'}}");
    assertThat(text(host.path("RestartPolicy")))
        .isEqualTo("{'Name':'on-failure','MaximumRetryCount':5}");
    request.restart = new RestartPolicy(RestartPolicy.Name.UNLESS_STOPPED, 0);
    assertThat(map().path("HostConfig").path("RestartPolicy").path("Name").asText())
        .isEqualTo("unless-stopped");
  }

  @Test
  void theFirstNetworkGoesWithTheCreateAndTheOthersIntoTheLabel() {
    request
        .network(NetworkSpec.plain("front", "shop_front"))
        .network(NetworkSpec.plain("back", "proxy"));
    request.name = "shop-api-1-new";
    request.attachments =
        List.of(
            new NetworkAttachment(
                "front", List.of("www"), "10.0.0.5", null, "02:42:ac:11:00:05", 0),
            new NetworkAttachment("back", List.of(), null, null, null, 0));
    JsonNode body = map();
    assertThat(body.path("HostConfig").path("NetworkMode").asText()).isEqualTo("shop_front");
    assertThat(text(body.path("NetworkingConfig")))
        .isEqualTo(
            "{'EndpointsConfig':{'shop_front':{'Aliases':['api','shop-api-1','www'],'MacAddress':'02:42:ac:11:00:05','IPAMConfig':{'IPv4Address':'10.0.0.5'}}}}");
    assertThat(body.path("MacAddress").asText()).isEqualTo("02:42:ac:11:00:05");
    Map<String, String> labels =
        Map.of(Endpoints.LABEL, body.path("Labels").path(Endpoints.LABEL).asText());
    assertThat(Endpoints.missing(labels, java.util.Set.of("shop_front")))
        .singleElement()
        .satisfies(
            endpoint -> {
              assertThat(endpoint.network()).isEqualTo("proxy");
              assertThat(text(endpoint.json())).isEqualTo("{'Aliases':['api','shop-api-1']}");
            });
    assertThat(Endpoints.missing(labels, java.util.Set.of("shop_front", "proxy"))).isEmpty();
  }

  @Test
  void theHostsNetworkOrNoneAreModes() {
    request.networkMode = "host";
    assertThat(map().path("HostConfig").path("NetworkMode").asText()).isEqualTo("host");
    assertThat(map().has("NetworkingConfig")).isFalse();
    request.networkMode = null;
    assertThat(map().path("HostConfig").path("NetworkMode").asText()).isEqualTo("none");
  }

  @Test
  void aOneOffContainerTakesNothingFromTheService() {
    request.network(NetworkSpec.plain("default", "shop_default"));
    request.attachments =
        List.of(new NetworkAttachment("default", List.of("www"), "10.0.0.5", null, null, 0));
    request.ports = List.of(new PortMapping(null, "8080", 80, "tcp"));
    request.restart = new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
    request.healthcheck = new Healthcheck(List.of("CMD", "check"), null, null, null, null, null);
    request.oneOff = true;
    JsonNode body = map();
    assertThat(body.path("HostConfig").has("PortBindings")).isFalse();
    assertThat(body.path("HostConfig").path("RestartPolicy").path("Name").asText()).isEqualTo("no");
    assertThat(text(body.path("Healthcheck"))).isEqualTo("{'Test':['NONE']}");
    assertThat(text(body.path("NetworkingConfig")))
        .isEqualTo("{'EndpointsConfig':{'shop_default':{}}}");
  }

  private JsonNode host(MountSpec... mounts) {
    request.mounts = List.of(mounts);
    return map().path("HostConfig");
  }

  @Test
  void bindsCreateTheirHostPathAndKeepTheirOptions() {
    JsonNode host =
        host(
            new MountSpec.Bind(new HostPath.InProject("data/db"), "/db", false, List.of("z"), true),
            new MountSpec.Bind(
                new HostPath.Absolute("/etc/ssl"),
                "/ssl",
                true,
                List.of("rslave", "unknown"),
                true),
            new MountSpec.Bind(new HostPath.InProject(""), "/all", true, List.of(), true));
    assertThat(text(host.path("Binds")))
        .isEqualTo("['/srv/shop/data/db:/db:rw,z','/etc/ssl:/ssl:ro,rslave','/srv/shop:/all:ro']");
    assertThat(text(host.path("Mounts"))).isEqualTo("[]");
  }

  @Test
  void aBindThatMustExistOrHasAColonIsAMount() {
    JsonNode host =
        host(
            new MountSpec.Bind(new HostPath.Absolute("/a"), "/a", true, List.of("rshared"), false),
            new MountSpec.Bind(new HostPath.Absolute("/b:c"), "/b", false, List.of(), true));
    assertThat(text(host.path("Mounts")))
        .isEqualTo(
            "[{'Type':'bind','Source':'/a','Target':'/a','ReadOnly':true,'BindOptions':{'Propagation':'rshared'}},"
                + "{'Type':'bind','Source':'/b:c','Target':'/b','ReadOnly':false}]");
    assertThatThrownBy(
            () ->
                host(
                    new MountSpec.Bind(
                        new HostPath.Absolute("/a"), "/a", true, List.of("Z"), false)))
        .isInstanceOf(EngineException.Refused.class);
  }

  @Test
  void trackedFilesComeFromTheirContentsOwnFolderAndMustBeThere() {
    JsonNode host =
        host(new MountSpec.Tracked("nginx.conf", "cafe", "/etc/nginx/nginx.conf", true, List.of()));
    assertThat(text(host.path("Mounts")))
        .isEqualTo(
            "[{'Type':'bind','Source':'/var/lib/holdfast/apps/shop/config/cafe/content','Target':'/etc/nginx/nginx.conf','ReadOnly':true}]");
  }

  @Test
  void namedVolumesGoByTheirRealName() {
    request.volume(Requests.volume("data", "old_data"));
    JsonNode host =
        host(
            new MountSpec.Named("data", "/data", false, true, null),
            new MountSpec.Tmpfs("/run", "size=64m,mode=1777"));
    assertThat(text(host.path("Mounts")))
        .isEqualTo(
            "[{'Type':'volume','Target':'/data','ReadOnly':false,'Source':'old_data','VolumeOptions':{'NoCopy':true}}]");
    assertThat(text(host.path("Tmpfs"))).isEqualTo("{'/run':'size=64m,mode=1777'}");
    assertThatThrownBy(() -> host(new MountSpec.Named("data", "/data", false, false, "sub")))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("Docker Engine 26");
  }

  @Test
  void anonymousVolumesAreCarriedWhereTheServiceOrTheImageStillHasThem() {
    request.carried = Map.of("/cache", "v1", "/var/lib/data", "v2", "/no/longer", "v3");
    assertThat(
            text(
                host(
                        new MountSpec.Anonymous("/cache", false),
                        new MountSpec.Anonymous("/new", false))
                    .path("Mounts")))
        .isEqualTo(
            "[{'Type':'volume','Target':'/cache','ReadOnly':false,'Source':'v1'},{'Type':'volume','Target':'/new','ReadOnly':false},"
                + "{'Type':'volume','Target':'/var/lib/data','ReadOnly':false,'Source':'v2'}]");
    assertThat(text(host(new MountSpec.Tmpfs("/var/lib/data", "")).path("Mounts")))
        .as("what the service mounts itself wins")
        .isEqualTo("[]");
  }
}
