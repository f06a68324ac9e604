package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.holdfast.it.World;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.SocketFaultProxy;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the adapter makes of a way to a real engine that breaks. */
@ExtendWith(World.Started.class)
class EngineFaultsIT {
  @TempDir Path folder;

  private final EngineWorld world = new EngineWorld();
  private SocketFaultProxy proxy;
  private DockerEngine engine;

  @BeforeEach
  void breakable() {
    proxy =
        SocketFaultProxy.between(
            folder.resolve("d.sock"), Path.of(URI.create(EngineWorld.host()).getPath()));
    engine = new DockerEngine(DockerSettings.at(proxy.host()).with(TestDeadlines.QUICK));
  }

  @AfterEach
  void cleanUp() {
    engine.close();
    proxy.close();
    world.close();
  }

  private Requests running(String... command) {
    Requests request = new Requests(world.app, EngineWorld.image());
    request.process = Requests.running(command);
    return request;
  }

  private String started() {
    String id = world.engine.create(running("sleep", "600").build());
    world.engine.start(id);
    return id;
  }

  private ObservedContainer.State state(String id) {
    return world.engine.observe(world.app, null).containers().stream()
        .filter(c -> c.id().equals(id))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private void nothingIsLeftRunning() {
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(engine.liveCalls()).isZero());
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(proxy.openConnections()).isLessThanOrEqualTo(1));
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "the engine accepts and never answers",
      then = "each call ends at its time limit; no thread is left")
  void F99_anEngineThatHangsFreesItsCallersInTimeAndLeavesNoThread() {
    proxy.every("/containers/json", new SocketFault.Hang());
    for (int i = 0; i < 3; i++) {
      long begun = System.nanoTime();
      assertThatThrownBy(() -> engine.observe(world.app, null))
          .isInstanceOf(EngineException.Ambiguous.class)
          .hasMessageContaining("3 s");
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(5));
    }
    nothingIsLeftRunning();
    proxy.heal();
    assertThat(engine.observe(world.app, null).containers()).isEmpty();
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "one container of several cannot be looked at",
      then = "the look fails as unknown; the container does not count as gone")
  void F69_oneContainerThatCannotBeLookedAtIsAnUnknownAndNotAnAbsence() {
    String id = started();
    proxy.every("/containers/" + id + "/json", new SocketFault.Hang());
    assertThatThrownBy(() -> engine.observe(world.app, null))
        .isInstanceOf(EngineException.Ambiguous.class)
        .hasMessageContaining(world.app + "-api-1");
    assertThat(engine.observe(world.app + "-other", null).containers()).isEmpty();
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "the answer to a create gets lost",
      then = "not known, so the engine is asked: the container is there and is adopted")
  void F44_aCreateWhoseAnswerGotLostIsAmbiguousAndIsThere() {
    proxy.every("POST .*/containers/create", new SocketFault.DropAnswer());
    assertThatThrownBy(() -> engine.create(running("true").build()))
        .isInstanceOf(EngineException.Ambiguous.class);
    assertThat(engine.observe(world.app, null).containers()).hasSize(1);
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "a start is done and answered 500",
      then = "the container runs, so it is a success")
  void F44_aStartThatTheEngineDidAndDeniedIsSuccess() {
    String id = world.engine.create(running("sleep", "600").build());
    proxy.every("POST .*/start", new SocketFault.AnswerAfter(500, "{\"message\":\"scripted\"}"));
    engine.start(id);
    assertThat(state(id)).isEqualTo(ObservedContainer.State.RUNNING);
  }

  @Test
  void aStartThatNobodyDidIsNoSuccess() {
    String id = world.engine.create(running("sleep", "600").build());
    proxy.every("POST .*/start", new SocketFault.AnswerInstead(500, "{\"message\":\"scripted\"}"));
    assertThatThrownBy(() -> engine.start(id))
        .isInstanceOf(EngineException.NotStarted.class)
        .hasMessageContaining("scripted");
    assertThat(state(id)).isEqualTo(ObservedContainer.State.CREATED);
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "the answer to a stop gets lost",
      then = "it is a success once the process has ended")
  void F47_aStopWhoseAnswerGotLostIsSuccessOnceTheProcessHasEnded() {
    String id = started();
    proxy.every("POST .*/stop", new SocketFault.DropAnswer());
    engine.stop(id, Duration.ofMillis(500));
    assertThat(state(id)).isEqualTo(ObservedContainer.State.EXITED);
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "a stop hangs",
      then = "the container is killed after its grace")
  void F47_aStopThatHangsEndsInAKill() {
    String id = started();
    proxy.every("POST .*/stop", new SocketFault.Hang());
    engine.stop(id, Duration.ofMillis(500));
    assertThat(state(id)).isEqualTo(ObservedContainer.State.EXITED);
    nothingIsLeftRunning();
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "the answer to a rename gets lost",
      then = "the name that it has counts: a success")
  void F42_aRenameWhoseAnswerGotLostIsSuccess() {
    String id = world.engine.create(running("true").build());
    proxy.every("POST .*/rename", new SocketFault.DropAnswer());
    engine.rename(id, world.app + "-old");
    assertThat(world.engine.observe(world.app, null).containers().getFirst().name())
        .isEqualTo(world.app + "-old");
  }

  @Test
  void aRemovalWhoseAnswerGotLostIsSuccess() {
    String id = world.engine.create(running("true").build());
    proxy.every("DELETE .*", new SocketFault.DropAnswer());
    engine.remove(id);
    assertThat(world.engine.observe(world.app, null).containers()).isEmpty();
  }

  @Test
  void aFurtherNetworkThatCannotBeConnectedLeavesNoContainer() {
    for (String key : List.of("front", "back")) {
      world.engine.ensureNetwork(world.app, NetworkSpec.plain(key, world.app + "_" + key));
    }
    Requests request =
        running("true")
            .network(NetworkSpec.plain("front", world.app + "_front"))
            .network(NetworkSpec.plain("back", world.app + "_back"));
    request.attachments =
        List.of(NetworkAttachment.plain("front"), NetworkAttachment.plain("back"));
    proxy.every(
        "POST .*/connect", new SocketFault.AnswerInstead(500, "{\"message\":\"scripted\"}"));
    assertThatThrownBy(() -> engine.create(request.build()))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("scripted");
    assertThat(world.engine.observe(world.app, null).containers()).isEmpty();
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "a pull makes no progress",
      then = "given up, and its connection freed, so that the engine stops too")
  void F14_aPullWithoutProgressIsGivenUpAndFreesItsConnection() {
    proxy.every("POST .*/images/create", new SocketFault.Hang());
    long begun = System.nanoTime();
    assertThatThrownBy(() -> engine.pull(EngineWorld.image(), null, progress -> {}))
        .isInstanceOf(EngineException.Ambiguous.class)
        .hasMessageContaining("no progress for 2 s");
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(4));
    nothingIsLeftRunning();
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "a pull's last words are other ones than usual",
      then = "words do not matter: the image is looked for by its digest")
  void F13_theWordsOfThePullDoNotMatterOnlyTheImageDoes() {
    proxy.every(
        "POST .*/images/create",
        new SocketFault.AnswerInstead(200, "{\"status\":\"Everything is quite different\"}\r\n"));
    engine.pull(EngineWorld.image(), null, progress -> {});
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "an error stands inside the stream of a pull that was answered 200",
      then = "it is the failure of the pull")
  void F12_anErrorInTheStreamIsTheFailureOfThePull() {
    proxy.every(
        "POST .*/images/create",
        new SocketFault.AnswerInstead(
            200,
            "{\"status\":\"Pulling\"}\r\n"
                + "{\"errorDetail\":{\"message\":\"unexpected EOF\"},\"error\":\"unexpected"
                + " EOF\"}\r\n"));
    assertThatThrownBy(() -> engine.pull(EngineWorld.image(), null, progress -> {}))
        .isInstanceOf(EngineException.Ambiguous.class)
        .hasMessageContaining("unexpected EOF");
  }

  @Test
  @Staged(
      part = Part.REGISTRY,
      fault = "the token runs out in the middle of a pull",
      then = "one more try with a new one; a refusal at the beginning is none")
  void F18_aTokenThatRanOutInTheMiddleIsWorthAnotherTryAndNoneAtTheBeginningIsNot() {
    String error = "{\"errorDetail\":{\"message\":\"unauthorized: authentication required\"}}\r\n";
    String layer =
        "{\"status\":\"Downloading\",\"id\":\"a\",\"progressDetail\":{\"current\":5,\"total\":10}}\r\n";
    proxy.nth(1, "POST .*/images/create", new SocketFault.AnswerInstead(200, layer + error));
    proxy.nth(2, "POST .*/images/create", new SocketFault.AnswerInstead(200, error));
    assertThatThrownBy(() -> engine.pull(EngineWorld.image(), null, progress -> {}))
        .isInstanceOf(EngineException.Ambiguous.class);
    assertThatThrownBy(() -> engine.pull(EngineWorld.image(), null, progress -> {}))
        .isInstanceOf(EngineException.Refused.class);
  }

  @Test
  @Staged(
      part = Part.ENGINE,
      fault = "the engine is stopped, and started again",
      then = "unreachable, then found again; no call fails for longer than that")
  void F87_anEngineThatIsStoppedIsUnreachableAndIsFoundAgainWhenItIsBack() {
    String id = started();
    assertThat(engine.observe(world.app, null).containers()).hasSize(1);
    proxy.refuse();
    assertThatThrownBy(() -> engine.observe(world.app, null))
        .isInstanceOf(EngineException.Unreachable.class);
    assertThatThrownBy(() -> engine.stop(id, Duration.ofSeconds(1)))
        .isInstanceOf(EngineException.Unreachable.class);
    long versions = proxy.count("GET /version");
    proxy.listen();
    assertThat(engine.observe(world.app, null).containers()).hasSize(1);
    assertThat(proxy.count("GET /version"))
        .as("it agrees on a version anew")
        .isGreaterThan(versions);
    assertThat(state(id)).isEqualTo(ObservedContainer.State.RUNNING);
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "a stream of output is cut off",
      then = "a failure; no thread is left")
  void F100_outputThatIsCutOffIsAFailureAndLeavesNoThread() {
    String id = started();
    List<Throwable> failures = new ArrayList<>();
    Thread following =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    engine.followLogs(id, Duration.ofSeconds(60), line -> {});
                  } catch (EngineException e) {
                    failures.add(e);
                  }
                });
    await().until(() -> proxy.count("/logs") == 1);
    proxy.refuse();
    await().atMost(Duration.ofSeconds(5)).until(() -> !following.isAlive());
    assertThat(failures).hasSize(1);
    nothingIsLeftRunning();
  }

  @Test
  @Staged(
      part = Part.CALLS,
      fault = "thousands of calls that fail",
      then = "the next one finds a connection at once")
  void F122_manyFailingCallsLeaveConnectionsForTheNextOne() {
    for (int i = 0; i < 300; i++) {
      String id = "hf-no-such-container-" + i;
      assertThatThrownBy(() -> engine.start(id)).isInstanceOf(EngineException.NotFound.class);
    }
    long begun = System.nanoTime();
    engine.observe(world.app, null);
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
    nothingIsLeftRunning();
  }

  @Test
  void aSlowAnswerIsStillAnAnswer() {
    started();
    proxy.every("/containers/json", new SocketFault.Drip(Duration.ofNanos(200_000)));
    assertThat(engine.observe(world.app, null).containers()).hasSize(1);
  }

  @Test
  void somethingCanBeDoneAtAnExactCall() {
    List<String> order = new ArrayList<>();
    proxy.nth(2, "GET .*/_?version", new SocketFault.Before(() -> order.add("before")));
    proxy.every(
        "POST .*/create",
        new SocketFault.After(
            () -> order.add("after " + world.engine.observe(world.app, null).containers().size())));
    engine.create(running("true").build());
    engine.info();
    assertThat(order).containsExactly("after 1", "before");
  }
}
