package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.docker.CreateMapper.ImageDefaults;
import dev.holdfast.model.ContainerSpec;
import dev.holdfast.model.ContainerSpec.Limits;
import dev.holdfast.model.ContainerSpec.Logging;
import dev.holdfast.model.Digest;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.PortMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A container that docker-compose 1.29 made, as Engine 20.10 showed it, against requests: the one
 * that the same Compose file gives, and each other one.
 */
class ComparisonTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String HASH = "a".repeat(64);
  private static final PinnedImage IMAGE =
      new PinnedImage(
          ImageReference.parse("local/web:1"), new Digest("sha256:" + "1".repeat(64)), "1");

  private static final String IMAGE_CONFIG =
      """
      {"ExposedPorts":{"8080/tcp":{}},
       "Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","VERSION=1.0.0"],
       "Cmd":["web"],"Labels":{"org.opencontainers.image.version":"1.0.0"},
       "Healthcheck":{"Test":["CMD-SHELL","wget -q -O /dev/null http://127.0.0.1:8080/health"],
         "Interval":1000000000,"Timeout":2000000000,"StartPeriod":10000000000,"Retries":3}}
      """;

  /** The request of the Compose file that the container was made from. */
  private static Requests request() {
    Requests request = new Requests("shop", IMAGE);
    request.service = "web";
    request.process =
        new ContainerSpec.Process(null, List.of("web", "--x"), "0", "/", false, false, true, false);
    request.labels = Map.of("a.b", "c");
    request.ports =
        List.of(
            new PortMapping("127.0.0.1", "18080", 8080, "tcp"),
            new PortMapping(null, null, 9000, "tcp"));
    request.expose = List.of("7000");
    request.mounts =
        List.of(
            new MountSpec.Tracked("web.conf", HASH, "/etc/web.conf", true, List.of()),
            new MountSpec.Anonymous("/anon", false),
            new MountSpec.Tmpfs("/t", ""),
            new MountSpec.Tmpfs("/tt", "size=1m"));
    request.limits = new Limits(64L << 20, null, 500_000_000L, null, null);
    request.logging = new Logging("json-file", new TreeMap<>(Map.of("max-size", "1m")));
    request.extraHosts = List.of("x:1.2.3.4");
    request.network(NetworkSpec.plain("default", "shop_default"));
    request.network(NetworkSpec.plain("back", "shop_back"));
    request.attachments =
        List.of(
            new NetworkAttachment("default", List.of("www"), null, null, null, 0),
            NetworkAttachment.plain("back"));
    return request;
  }

  private static ObjectNode container() {
    try {
      return (ObjectNode)
          JSON.readTree(
              Files.readString(Path.of("src/test/resources/docker/left-by-compose-v1.json")));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> differences(Requests request, JsonNode container) {
    try {
      ImageDefaults defaults = new ImageDefaults("sha256:1", List.of(), List.of(), List.of());
      ApiVersion version = new ApiVersion(1, 41);
      ContainerRequest built = request.build();
      return Comparison.of(
          new Comparison.Wanted(
              built,
              CreateMapper.map(built, defaults, version),
              JSON.readTree(IMAGE_CONFIG),
              JSON.readTree("{\"LoggingDriver\":\"json-file\",\"DefaultRuntime\":\"runc\"}"),
              version,
              (path, hash, since) -> path.equals("/srv/shop/web.conf") && hash.equals(HASH)),
          container);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatTheSameFileGivesIsTheSame() {
    assertThat(differences(request(), container())).isEmpty();
  }

  private static Arguments differs(String words, Consumer<Requests> change) {
    return Arguments.of(words, change);
  }

  private static void mounts(Requests request, int index, MountSpec mount) {
    List<MountSpec> mounts = new java.util.ArrayList<>(request.mounts);
    mounts.set(index, mount);
    request.mounts = mounts;
  }

  static Stream<Arguments> changes() {
    return Stream.of(
        differs(
            "environment A (it is not set)", r -> r.environment = Environment.of(Map.of("A", "1"))),
        differs("environment VERSION", r -> r.environment = Environment.of(Map.of("VERSION", "2"))),
        differs("label a.b", r -> r.labels = Map.of("a.b", "d")),
        differs("label a.b (it is set and not asked for)", r -> r.labels = Map.of()),
        differs("hostname", r -> r.hostname = "named"),
        differs("expose", r -> r.expose = List.of()),
        differs("extra_hosts", r -> r.extraHosts = null),
        differs("mem_limit", r -> r.limits = new Limits(65L << 20, null, 500_000_000L, null, null)),
        differs("cpus", r -> r.limits = new Limits(64L << 20, null, null, null, null)),
        differs(
            "shm_size", r -> r.limits = new Limits(64L << 20, null, 500_000_000L, null, 1L << 20)),
        differs("pids_limit", r -> r.limits = new Limits(64L << 20, null, 500_000_000L, 10L, null)),
        differs("logging", r -> r.logging = new Logging("syslog", new TreeMap<>())),
        differs(
            "logging", r -> r.logging = new Logging(null, new TreeMap<>(Map.of("max-size", "2m")))),
        differs(
            "healthcheck",
            r ->
                r.healthcheck =
                    new Healthcheck(null, Duration.ofSeconds(9), null, null, null, null)),
        differs(
            "healthcheck",
            r -> r.healthcheck = new Healthcheck(List.of("NONE"), null, null, null, null, null)),
        differs(
            "ports (8080/tcp)",
            r ->
                r.ports =
                    List.of(
                        new PortMapping(null, "18080", 8080, "tcp"),
                        new PortMapping(null, null, 9000, "tcp"))),
        differs(
            "ports (9000/tcp)",
            r -> {
              r.ports = List.of(new PortMapping("127.0.0.1", "18080", 8080, "tcp"));
              r.expose = List.of("7000", "9000");
            }),
        differs(
            "volumes (/etc/web.conf)",
            r ->
                mounts(
                    r,
                    0,
                    new MountSpec.Tracked(
                        "web.conf", "b".repeat(64), "/etc/web.conf", true, List.of()))),
        differs(
            "volumes (/etc/web.conf)",
            r ->
                mounts(
                    r,
                    0,
                    new MountSpec.Tracked("web.conf", HASH, "/etc/web.conf", false, List.of()))),
        differs(
            "volumes (/etc/web.conf)",
            r ->
                mounts(
                    r,
                    0,
                    new MountSpec.Bind(
                        new HostPath.Absolute("/srv/other.conf"),
                        "/etc/web.conf",
                        true,
                        List.of(),
                        true))),
        differs("volumes (/tt)", r -> mounts(r, 3, new MountSpec.Tmpfs("/tt", "size=2m"))),
        differs("volumes (/tt)", r -> mounts(r, 3, new MountSpec.Anonymous("/tt", false))),
        differs(
            "network shop_default (aliases)",
            r ->
                r.attachments =
                    List.of(NetworkAttachment.plain("default"), NetworkAttachment.plain("back"))),
        differs(
            "network shop_default (ipamconfig)",
            r ->
                r.attachments =
                    List.of(
                        new NetworkAttachment("default", List.of("www"), "10.1.1.9", null, null, 0),
                        NetworkAttachment.plain("back"))),
        differs(
            "network shop_back (it is on it)",
            r ->
                r.attachments =
                    List.of(
                        new NetworkAttachment("default", List.of("www"), null, null, null, 0))));
  }

  /** Engines before 25 take it for the container, later ones for each network. */
  @Test
  void aMacAddressIsNamedForTheContainerAndForTheNetwork() {
    Requests request = request();
    request.attachments =
        List.of(
            new NetworkAttachment("default", List.of("www"), null, null, "02:42:ac:11:00:63", 0),
            NetworkAttachment.plain("back"));
    assertThat(differences(request, container()))
        .containsExactly("mac_address", "network shop_default (mac_address)");
  }

  @ParameterizedTest(name = "{0} {index}")
  @MethodSource("changes")
  void eachChangeIsFoundAndNamed(String words, Consumer<Requests> change) {
    Requests request = request();
    change.accept(request);
    assertThat(differences(request, container())).containsExactly(words);
  }

  static Stream<Arguments> processes() {
    return Stream.of(
        Arguments.of("command", new Changed(null, List.of("web"), "0", "/", true)),
        Arguments.of("command", new Changed(null, null, "0", "/", true)),
        Arguments.of(
            "entrypoint", new Changed(List.of("sh"), List.of("web", "--x"), "0", "/", true)),
        Arguments.of("user", new Changed(null, List.of("web", "--x"), null, "/", true)),
        Arguments.of("working_dir", new Changed(null, List.of("web", "--x"), "0", "/x", true)),
        Arguments.of("init", new Changed(null, List.of("web", "--x"), "0", "/", null)));
  }

  record Changed(
      List<String> entrypoint, List<String> command, String user, String dir, Boolean init) {}

  @ParameterizedTest
  @MethodSource("processes")
  void aProcessThatDiffersIsFoundAndNamed(String words, Changed changed) {
    Requests request = request();
    request.process =
        new ContainerSpec.Process(
            changed.entrypoint(),
            changed.command(),
            changed.user(),
            changed.dir(),
            false,
            false,
            changed.init(),
            false);
    assertThat(differences(request, container())).containsExactly(words);
  }

  /** A field that no Compose key of ours sets yet, on either side. */
  @ParameterizedTest
  @MethodSource("fields")
  void whatIsThereAndNotAskedForIsADifference(String field, String json, String words)
      throws IOException {
    ObjectNode container = container();
    ((ObjectNode) container.path("HostConfig")).set(field, JSON.readTree(json));
    assertThat(differences(request(), container)).containsExactly(words);
  }

  static Stream<Arguments> fields() {
    return Stream.of(
        Arguments.of("CapAdd", "[\"NET_ADMIN\"]", "cap_add"),
        Arguments.of("Privileged", "true", "privileged"),
        Arguments.of("Dns", "[\"1.1.1.1\"]", "dns"),
        Arguments.of("PidMode", "\"host\"", "pid"),
        Arguments.of("Devices", "[{\"PathOnHost\":\"/dev/null\"}]", "devices"),
        Arguments.of("Sysctls", "{\"net.core.somaxconn\":\"9\"}", "sysctls"),
        Arguments.of("Runtime", "\"nvidia\"", "runtime"),
        Arguments.of("OomScoreAdj", "-500", "oom_score_adj"));
  }

  @Test
  void whatIsPutRightWithoutANewContainerIsNoDifference() {
    ObjectNode container = container();
    ((ObjectNode) container.path("HostConfig").path("RestartPolicy")).put("Name", "always");
    ((ObjectNode) container.path("NetworkSettings").path("Networks")).remove("shop_back");
    assertThat(differences(request(), container)).isEmpty();
  }

  /** An engine writes it for every named volume that is mounted without a mode. */
  @Test
  void theModeOfAVolumeIsNoDifference() {
    ObjectNode container = container();
    container
        .path("Mounts")
        .forEach(
            mount -> {
              if (mount.path("Type").asText().equals("volume")) {
                ((ObjectNode) mount).put("Mode", "z");
              }
            });
    assertThat(differences(request(), container)).isEmpty();
  }

  @Test
  void theEnginesOwnLogOptionsAreNoDifference() {
    Requests request = request();
    request.logging = null;
    assertThat(differences(request, container())).isEmpty();
  }

  @Test
  void noValueOfAVariableIsSaid() {
    Requests request = request();
    request.environment = Environment.of(Map.of("VERSION", "hunter2"));
    assertThat(differences(request, container()).toString())
        .doesNotContain("hunter2")
        .doesNotContain("1.0.0");
  }
}
