package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.it.World;
import dev.holdfast.model.NetworkAttachment;
import dev.holdfast.model.NetworkSpec;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.probe.NetProber;
import dev.holdfast.probe.Prober;
import dev.holdfast.probe.Prober.Sample;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Probes of a real container, from the host and inside it. */
@ExtendWith(World.Started.class)
class ProbeIT {
  private final EngineWorld world = new EngineWorld();
  private final Prober prober = new NetProber(world.engine::exec);
  private ObservedContainer container;

  @BeforeEach
  void serve() {
    NetworkSpec network = NetworkSpec.plain("default", world.app + "_default");
    world.engine.ensureNetwork(world.app, network);
    Requests request = new Requests(world.app, EngineWorld.image()).network(network);
    request.process =
        Requests.running(
            "sh",
            "-c",
            "mkdir /www; echo all is well > /www/health; exec httpd -f -p 8080 -h /www");
    request.attachments = List.of(NetworkAttachment.plain("default"));
    world.engine.start(world.engine.create(request.build()));
    container = world.engine.observe(world.app, null).containers().getFirst();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> ask(new Probe.Check.Tcp(8080)) instanceof Sample.Passed);
  }

  @AfterEach
  void cleanUp() {
    world.close();
  }

  private Sample ask(Probe.Check check) {
    return prober.probe(container, check, Duration.ofSeconds(2));
  }

  private Sample get(String path, String body) {
    return ask(
        new Probe.Check.Http(8080, path, "http", List.of(200), body, new TreeMap<>(), null, false));
  }

  @Test
  void asksAtTheContainersOwnAddress() {
    assertThat(get("/health", "all is well")).isInstanceOf(Sample.Passed.class);
    assertThat(get("/health", "all is bad")).isInstanceOf(Sample.Refused.class);
    assertThat(get("/nothing", null)).isInstanceOf(Sample.Refused.class);
    assertThat(ask(new Probe.Check.Tcp(8081))).isInstanceOf(Sample.Refused.class);
  }

  @Test
  @Staged(
      part = Part.HEALTH,
      fault = "an exec probe says no; or the engine cannot run it at all",
      then =
          "the first is a no of the service, the second is none: nobody is condemned for " + "it")
  void F68_asksInsideItAndTellsANoFromAnExecThatCouldNotRun() {
    assertThat(ask(new Probe.Check.Exec(List.of("test", "-f", "/www/health"))))
        .isInstanceOf(Sample.Passed.class);
    assertThat(ask(new Probe.Check.Exec(List.of("test", "-f", "/nothing"))))
        .isInstanceOf(Sample.Refused.class);
    assertThat(ask(new Probe.Check.Exec(List.of("no-such-check"))))
        .isInstanceOf(Sample.Refused.class);
    assertThat(ask(new Probe.Check.Exec(List.of("sleep", "30"))))
        .isInstanceOf(Sample.Refused.class);
    world.engine.stop(container.id(), Duration.ZERO);
    assertThat(ask(new Probe.Check.Exec(List.of("true")))).isInstanceOf(Sample.Unasked.class);
  }
}
