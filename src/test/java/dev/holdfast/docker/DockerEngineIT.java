package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.it.World;
import dev.holdfast.model.Digest;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.PortMapping;
import dev.holdfast.model.RestartPolicy;
import dev.holdfast.model.VolumeSpec;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The adapter's promises, against a real engine. */
@ExtendWith(World.Started.class)
class DockerEngineIT {
  private final EngineWorld world = new EngineWorld();
  private final DockerEngine engine = world.engine;

  @AfterEach
  void cleanUp() {
    world.close();
  }

  private Requests request() {
    return new Requests(world.app, EngineWorld.image());
  }

  private Requests running(String... command) {
    Requests request = request();
    request.process = Requests.running(command);
    return request;
  }

  private String started(Requests request) {
    String id = engine.create(request.build());
    engine.start(id);
    return id;
  }

  private List<String> execs(String id, String... command) {
    List<String> lines = new ArrayList<>();
    assertThat(engine.exec(id, List.of(command), Duration.ofSeconds(20), lines::add))
        .as("%s gave %s", List.of(command), lines)
        .isZero();
    return lines;
  }

  private ObservedContainer observed(String id) {
    return engine.observe(world.app, null).containers().stream()
        .filter(c -> c.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private void nothingIsLeftRunning() {
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(engine.liveCalls()).isZero());
  }

  private NetworkSpec network(String key) {
    NetworkSpec network = NetworkSpec.plain(key, world.app + "_" + key);
    engine.ensureNetwork(world.app, network);
    return network;
  }

  @Test
  void agreesOnAnApiVersionAndSaysWhatTheEngineIs() {
    Engine.EngineInfo info = engine.info();
    assertThat(ApiVersion.parse(info.apiVersion())).isBetween(ApiVersion.OLDEST, ApiVersion.NEWEST);
    assertThat(info.architecture()).isIn("amd64", "arm64");
    assertThat(info.operatingSystem()).isEqualTo("linux");
    assertThat(info.rootDirectory()).startsWith("/");
  }

  @Test
  void pullsByDigestAndFindsTheImageByIt() {
    assertThat(engine.image(EngineWorld.image()))
        .hasValueSatisfying(image -> assertThat(image.id()).startsWith("sha256:"));
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "the registry does not have the digest",
      then = "refused with its words")
  void F12_aDigestThatTheRegistryDoesNotHaveIsRefusedWithItsWords() {
    PinnedImage missing =
        new PinnedImage(EngineWorld.image().name(), new Digest("sha256:" + "0".repeat(64)), null);
    assertThatThrownBy(() -> engine.pull(missing, null, progress -> {}))
        .isInstanceOfAny(EngineException.Refused.class, EngineException.NotFound.class)
        .hasMessageContaining("manifest");
    assertThat(engine.image(missing)).isEmpty();
  }

  @Test
  void doesNotCreateFromAnImageThatIsNotHere() {
    PinnedImage missing =
        new PinnedImage(EngineWorld.image().name(), new Digest("sha256:" + "1".repeat(64)), null);
    assertThatThrownBy(() -> engine.create(new Requests(world.app, missing).build()))
        .isInstanceOf(EngineException.NotFound.class)
        .hasMessageContaining("pull it first");
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "`$`, quotes, line breaks and the like in a variable",
      then = "the container has it byte for byte")
  void F34_variablesReachTheContainerByteForByte() {
    Requests request = running("sleep", "600");
    Map<String, String> values =
        Map.of(
            "A",
            "P@$$w0rd",
            "B",
            "${HOME} $HOME",
            "C",
            "# no 'comment' \"here\"",
            "D",
            "ü = ✓",
            "E",
            "",
            "F",
            " spaces ");
    request.environment = Environment.of(values);
    assertThat(execs(started(request), "env"))
        .containsAll(values.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
  }

  private List<String> prints(List<String> entrypoint, List<String> command) {
    Requests request = request();
    request.process = Requests.process(entrypoint, command);
    String id = started(request);
    engine.waitFor(id, Duration.ofSeconds(20));
    List<String> lines = engine.logTail(id, 10);
    engine.remove(id);
    return lines;
  }

  /**
   * The image has the command {@code sh} and no entrypoint; without input {@code sh} ends at once.
   */
  @Test
  void commandAndEntrypointReplaceTheImagesAsComposeHasIt() {
    assertThat(prints(List.of("echo", "entry"), null))
        .as("a given entrypoint drops the image's command")
        .containsExactly("entry");
    assertThat(prints(List.of("echo", "entry"), List.of("command")))
        .containsExactly("entry command");
    assertThat(prints(null, List.of("echo", "command"))).containsExactly("command");
    assertThat(prints(List.of(), List.of("echo", "alone"))).containsExactly("alone");
    assertThat(prints(List.of(), null)).as("the image's command stays").isEmpty();
    assertThatThrownBy(() -> prints(null, List.of()))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("o command");
  }

  @Test
  void mountsArriveAsDeclared() throws Exception {
    Path folder = Files.createTempDirectory("hf-mounts");
    Files.createDirectories(folder.resolve("config/cafe"));
    Files.writeString(folder.resolve("config/cafe/content"), "tracked\n");
    VolumeSpec volume = Requests.volume("data", world.app + "_data");
    engine.ensureVolume(world.app, volume);
    Requests request = running("sleep", "600").volume(volume);
    request.projectDirectory = folder.resolve("project");
    request.configDirectory = folder.resolve("config");
    request.mounts =
        List.of(
            new MountSpec.Bind(
                new HostPath.InProject("made/here"), "/bind", false, List.of(), true),
            new MountSpec.Tracked("app.conf", "cafe", "/etc/app.conf", true, List.of()),
            new MountSpec.Named("data", "/data", false, false, null),
            new MountSpec.Tmpfs("/memory", "size=1m,mode=1777"));
    String id = started(request);
    assertThat(folder.resolve("project/made/here"))
        .as("a missing bind source is created")
        .isDirectory();
    assertThat(execs(id, "cat", "/etc/app.conf")).containsExactly("tracked");
    assertThat(
            engine.exec(
                id,
                List.of("sh", "-c", "echo x > /etc/app.conf"),
                Duration.ofSeconds(20),
                line -> {}))
        .isNotZero();
    assertThat(
            execs(id, "sh", "-c", "touch /bind/a /data/b /memory/c && df /memory | tail -1")
                .getFirst())
        .contains("1024");
    assertThat(folder.resolve("project/made/here/a")).exists();
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a file that is mounted is missing",
      then = "refused; no folder is made in its place")
  void F62_aTrackedFileThatIsMissingIsRefusedAndNotMadeAFolder() throws Exception {
    Path folder = Files.createTempDirectory("hf-mounts");
    Requests request = running("sleep", "600");
    request.configDirectory = folder;
    request.mounts =
        List.of(new MountSpec.Tracked("app.conf", "cafe", "/etc/app.conf", true, List.of()));
    assertThatThrownBy(() -> started(request))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("cafe");
    assertThat(folder.resolve("cafe")).doesNotExist();
  }

  @Test
  void healthIsObserved() {
    Requests request = running("sh", "-c", "sleep 1; touch /ok; sleep 600");
    request.healthcheck =
        new Healthcheck(
            List.of("CMD-SHELL", "test -f /ok"),
            Duration.ofMillis(500),
            Duration.ofSeconds(5),
            Duration.ZERO,
            null,
            20);
    String id = started(request);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> assertThat(observed(id).health()).isEqualTo(ObservedContainer.Health.HEALTHY));
    execs(id, "rm", "/ok");
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(observed(id).health()).isEqualTo(ObservedContainer.Health.UNHEALTHY));
  }

  @Test
  void isOnAllItsNetworksUnderItsServicesName() {
    Requests request = running("sleep", "600").network(network("front")).network(network("back"));
    request.attachments =
        List.of(
            NetworkAttachment.plain("front"),
            new NetworkAttachment("back", List.of("database"), null, null, null, 0));
    String id = started(request);
    Requests neighbour =
        running("sleep", "600").network(NetworkSpec.plain("back", world.app + "_back"));
    neighbour.service = "web";
    neighbour.name = world.app + "-web-1";
    neighbour.attachments = List.of(NetworkAttachment.plain("back"));
    String web = started(neighbour);
    assertThat(observed(id).addresses())
        .containsOnlyKeys(world.app + "_front", world.app + "_back");
    for (String alias : List.of("api", "database", world.app + "-api-1")) {
      assertThat(execs(web, "nslookup", alias).toString())
          .contains(observed(id).addresses().get(world.app + "_back"));
    }
  }

  @Test
  void startingCompletesWhatADyingCreatorLeftUnconnected() {
    Requests request = running("sleep", "600").network(network("front")).network(network("back"));
    request.attachments =
        List.of(NetworkAttachment.plain("front"), NetworkAttachment.plain("back"));
    String id = engine.create(request.build());
    world.client.post(
        "disconnect",
        Paths.network(world.app + "_back") + "/disconnect",
        version -> EngineWorld.container(id));
    engine.start(id);
    assertThat(observed(id).addresses()).containsKey(world.app + "_back");
  }

  @Test
  void leavesNoHalfMadeContainerWhenAFurtherNetworkIsMissing() {
    Requests request =
        running("sleep", "600")
            .network(network("front"))
            .network(NetworkSpec.plain("back", world.app + "_nowhere"));
    request.attachments =
        List.of(NetworkAttachment.plain("front"), NetworkAttachment.plain("back"));
    assertThatThrownBy(() -> engine.create(request.build()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("_nowhere");
    assertThat(engine.observe(world.app, null).containers()).isEmpty();
  }

  @Test
  void aOneOffContainerIsNotFoundUnderTheServicesName() {
    Requests request = running("sleep", "600").network(network("default"));
    request.attachments = List.of(NetworkAttachment.plain("default"));
    request.oneOff = true;
    request.ports = List.of(new PortMapping("127.0.0.1", null, 80, "tcp"));
    request.restart = new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
    String id = started(request);
    assertThat(engine.exec(id, List.of("nslookup", "api"), Duration.ofSeconds(20), line -> {}))
        .isNotZero();
    assertThat(observed(id).restart()).isEqualTo(RestartPolicy.NO);
    assertThat(observed(id).oneOff()).isTrue();
  }

  @Test
  void aCommandOfTheEngineThatCannotRunIsRefusedWithTheEnginesWords() {
    String id = engine.create(running("/no/such/program").build());
    assertThatThrownBy(() -> engine.start(id))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("/no/such/program");
    engine.remove(id);
    assertThat(engine.observe(world.app, null).containers()).isEmpty();
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a port is taken",
      then = "a conflict that names the port")
  void F61_aPortThatIsTakenIsAConflict() throws Exception {
    try (ServerSocket stranger = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Requests request = running("sleep", "600").network(network("default"));
      request.attachments = List.of(NetworkAttachment.plain("default"));
      request.ports =
          List.of(new PortMapping("127.0.0.1", String.valueOf(stranger.getLocalPort()), 80, "tcp"));
      String id = engine.create(request.build());
      assertThatThrownBy(() -> engine.start(id))
          .isInstanceOf(EngineException.Conflict.class)
          .hasMessageContaining(String.valueOf(stranger.getLocalPort()));
    }
  }

  @Test
  void aNameThatIsTakenIsAConflict() {
    engine.create(running("true").build());
    assertThatThrownBy(() -> engine.create(running("true").build()))
        .isInstanceOf(EngineException.Conflict.class)
        .hasMessageContaining("name");
  }

  @Test
  void everyCommandMayBeRepeated() {
    String id = started(running("sleep", "600"));
    engine.start(id);
    engine.stop(id, Duration.ofMillis(300));
    engine.stop(id, Duration.ofMillis(300));
    engine.rename(id, world.app + "-old");
    engine.rename(id, world.app + "-old");
    engine.remove(id);
    engine.remove(id);
    engine.stop(id, Duration.ofMillis(300));
    assertThat(engine.observe(world.app, null).containers()).isEmpty();
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "another container holds the name",
      then = "a conflict; the other one is left alone")
  void F42_renamingToANameThatAnotherHoldsIsAConflict() {
    String id = engine.create(running("true").build());
    Requests other = running("true");
    other.name = world.app + "-api-2";
    engine.create(other.build());
    assertThatThrownBy(() -> engine.rename(id, world.app + "-api-2"))
        .isInstanceOf(EngineException.Conflict.class);
    assertThat(observed(id).name()).isEqualTo(world.app + "-api-1");
  }

  @Test
  void aRunningContainerIsNotRemoved() {
    String id = started(running("sleep", "600"));
    assertThatThrownBy(() -> engine.remove(id)).isInstanceOf(EngineException.Conflict.class);
    assertThat(observed(id).state()).isEqualTo(ObservedContainer.State.RUNNING);
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a container is deaf to SIGTERM",
      then = "killed after its grace")
  void F47_stopsWhatIgnoresTheSignal() {
    String id = started(running("sh", "-c", "trap '' TERM; while true; do sleep 1; done"));
    long begun = System.nanoTime();
    engine.stop(id, Duration.ofSeconds(1));
    assertThat(observed(id).state()).isEqualTo(ObservedContainer.State.EXITED);
    assertThat(observed(id).exitCode()).isEqualTo(137);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
  }

  @Test
  @Staged(
      part = Part.CONTAINERS,
      fault = "a container restarts again and again",
      then = "it can be stopped all the same")
  void F51_aContainerInARestartLoopCanBeStopped() throws Exception {
    Requests request = running("sh", "-c", "exit 3");
    request.restart = new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
    String id = started(request);
    Thread.sleep(1500);
    assertThat(observed(id).restarts()).isPositive();
    assertThat(observed(id).restart()).isEqualTo(new RestartPolicy(RestartPolicy.Name.ALWAYS, 0));
    engine.setRestartPolicy(id, RestartPolicy.NO);
    engine.stop(id, Duration.ofSeconds(1));
    assertThat(observed(id).restart()).isEqualTo(RestartPolicy.NO);
    assertThat(observed(id).active()).isFalse();
    Thread.sleep(1500);
    assertThat(observed(id).active()).isFalse();
  }

  @Test
  void runsCommandsAndSeparatesTheirOutcomes() {
    String id = started(running("sleep", "600"));
    List<String> lines = new ArrayList<>();
    assertThat(
            engine.exec(
                id,
                List.of("sh", "-c", "echo out; echo err >&2; printf last; exit 7"),
                Duration.ofSeconds(20),
                lines::add))
        .isEqualTo(7);
    assertThat(lines).containsExactlyInAnyOrder("out", "err", "last");
    assertThat(engine.exec(id, List.of("/no/such/probe"), Duration.ofSeconds(20), line -> {}))
        .isIn(126, 127);
    assertThatThrownBy(
            () -> engine.exec(id, List.of("sleep", "30"), Duration.ofSeconds(1), line -> {}))
        .isInstanceOf(EngineException.TimedOut.class)
        .hasMessageContaining("sleep");
    nothingIsLeftRunning();
  }

  @Test
  void aCommandInAContainerThatDoesNotRunIsNoAnswerOfIt() {
    String id = engine.create(running("sleep", "600").build());
    assertThatThrownBy(() -> engine.exec(id, List.of("true"), Duration.ofSeconds(20), line -> {}))
        .isInstanceOf(EngineException.Conflict.class);
  }

  @Test
  void muchOutputArrivesWhole() {
    String id = started(running("sleep", "600"));
    List<String> lines = new ArrayList<>();
    engine.exec(id, List.of("seq", "1", "20000"), Duration.ofSeconds(60), lines::add);
    assertThat(lines).hasSize(20000).startsWith("1", "2").endsWith("20000");
  }

  @Test
  void waitsForTheExitStatus() {
    String id = started(running("sh", "-c", "sleep 1; exit 5"));
    assertThat(engine.waitFor(id, Duration.ZERO)).isEmpty();
    assertThat(engine.waitFor(id, Duration.ofSeconds(20))).hasValue(5);
    nothingIsLeftRunning();
  }

  @Test
  @Staged(
      part = Part.MIGRATIONS,
      fault = "a migration's container never ran",
      then = "it has no exit status, which is not 0")
  void F86_aContainerThatNeverRanHasNoExitStatus() {
    String id = engine.create(running("true").build());
    assertThatThrownBy(() -> engine.waitFor(id, Duration.ofSeconds(5)))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("never been started");
  }

  @Test
  void givesTheLastLinesAndFollowsToTheEnd() {
    String id =
        started(
            running("sh", "-c", "for i in 1 2 3 4; do echo line $i; done; sleep 1; echo end >&2"));
    List<String> followed = new ArrayList<>();
    engine.followLogs(id, Duration.ofSeconds(20), followed::add);
    assertThat(followed).containsExactly("line 1", "line 2", "line 3", "line 4", "end");
    assertThat(engine.logTail(id, 2)).containsExactly("line 4", "end");
  }

  @Test
  void readsTheOutputOfAContainerWithATerminal() {
    Requests request = running("sh", "-c", "echo one; echo two");
    request.process =
        new dev.holdfast.model.ContainerSpec.Process(
            null, List.of("sh", "-c", "echo one; echo two"), null, null, true, false, null, false);
    String id = started(request);
    engine.waitFor(id, Duration.ofSeconds(20));
    assertThat(engine.logTail(id, 10)).containsExactly("one", "two");
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "following a log is given up",
      then = "no thread and no connection is left")
  void F123_givingUpFollowingLeavesNothingBehind() {
    String id = started(running("sleep", "600"));
    for (int i = 0; i < 20; i++) {
      engine.followLogs(id, Duration.ofMillis(50), line -> {});
    }
    nothingIsLeftRunning();
  }

  @Test
  void anonymousVolumesAreCarriedOver() {
    Requests first = running("sh", "-c", "echo kept > /data/file");
    first.mounts = List.of(new MountSpec.Anonymous("/data", false));
    String old = started(first);
    engine.waitFor(old, Duration.ofSeconds(20));
    assertThat(observed(old).anonymousVolumes()).containsOnlyKeys("/data");
    Requests second = running("cat", "/data/file");
    second.mounts = first.mounts;
    second.name = world.app + "-api-2";
    second.carried = observed(old).anonymousVolumes();
    engine.remove(old);
    String id = started(second);
    engine.waitFor(id, Duration.ofSeconds(20));
    assertThat(engine.logTail(id, 5)).containsExactly("kept");
  }

  @Test
  void networksAndVolumesAreMadeOnceAndThenLeft() {
    VolumeSpec volume = Requests.volume("data", world.app + "_data");
    engine.ensureVolume(world.app, volume);
    engine.ensureVolume(
        world.app,
        new VolumeSpec(
            "data",
            world.app + "_data",
            false,
            "no-such-driver",
            new TreeMap<>(),
            new TreeMap<>()));
    network("default");
    network("default");
    var state = engine.observe(world.app, null);
    assertThat(state.networks()).containsExactly(world.app + "_default");
    assertThat(state.volumes()).containsExactly(world.app + "_data");
    var labels =
        Json.textMap(
            world.client.get("look", Paths.network(world.app + "_default")).path("Labels"));
    assertThat(labels)
        .containsEntry("com.docker.compose.network", "default")
        .containsEntry("com.docker.compose.project", world.app)
        .containsKey("com.docker.compose.version");
  }

  @Test
  void anExternalNetworkThatIsMissingIsRefusedWithWhatToDo() {
    NetworkSpec external =
        new NetworkSpec(
            "proxy",
            "no-such-proxy",
            true,
            null,
            new TreeMap<>(),
            false,
            false,
            null,
            null,
            List.of(),
            new TreeMap<>(),
            false,
            new TreeMap<>());
    assertThatThrownBy(() -> engine.ensureNetwork(world.app, external))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("docker network create no-such-proxy");
  }

  @Test
  @Staged(
      part = Part.DISK,
      fault = "an image that is to go is in use",
      then = "it stays, and that is no error")
  void F106_anImageInUseStaysAndIsNoError() {
    engine.create(running("true").build());
    assertThatCode(() -> engine.removeImage(EngineWorld.image())).doesNotThrowAnyException();
    assertThat(engine.image(EngineWorld.image())).isPresent();
  }

  @Test
  void aContainerRemovedByHandIsGoneAndOthersAreStillSeen() {
    String id = started(running("sleep", "600"));
    assertThat(engine.observe(world.app, null).containers()).hasSize(1);
    world.client.command("remove", Command.delete(Paths.container(id) + "?force=true"));
    assertThat(engine.observe(world.app, null).containers()).isEmpty();
    assertThatThrownBy(() -> engine.start(id)).isInstanceOf(EngineException.NotFound.class);
  }

  @Test
  void aContainerOnTheHostsNetworkIsFoundAtTheHost() {
    Requests request = running("sleep", "600");
    request.networkMode = "host";
    assertThat(observed(started(request)).addresses())
        .containsExactly(Map.entry("host", "127.0.0.1"));
  }

  /** Nothing would ever end its input, and an end of it would look like a whole one. */
  @Test
  void aCommandWhoseInputCannotBeReadIsNotWaitedFor() {
    String id = started(running("sleep", "600"));
    InputStream broken =
        new InputStream() {
          private int left = 100_000;

          @Override
          public int read() throws IOException {
            if (left-- > 0) {
              return 'x';
            }
            throw new IOException("bad sector");
          }
        };
    long begun = System.nanoTime();
    assertThatThrownBy(
            () ->
                engine.pipe(
                    id,
                    List.of("cat"),
                    Duration.ofMinutes(2),
                    broken,
                    OutputStream.nullOutputStream(),
                    line -> {}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("bad sector");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
    nothingIsLeftRunning();
  }
}
