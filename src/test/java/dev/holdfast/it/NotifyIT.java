package dev.holdfast.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.rig.Staged;
import dev.holdfast.rig.Staged.Part;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Messages of a real agent over real rollouts, to a receiver that fails, hangs and comes back. */
class NotifyIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  @RegisterExtension final Server server = new Server();
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile boolean hangs;
  private HttpServer receiver;

  private record Got(int answered, String key, JsonNode body) {
    String event() {
      return body.path("event").asText();
    }
  }

  @BeforeEach
  void receive() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.createContext("/", this::take);
    receiver.start();
    server.settings.add(
        "notifiers: { hook: { webhook: { url: \"http://127.0.0.1:%d/x\", secret-file: %s }, on: [started, succeeded, failed, rolled-back, approval-waiting] } }"
            .formatted(receiver.getAddress().getPort(), server.secret("hmac", "key-of-the-hook")));
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    int answer = status;
    got.add(
        new Got(
            answer, exchange.getRequestHeaders().getFirst("Idempotency-Key"), JSON.readTree(body)));
    while (hangs) {
      LockSupport.parkNanos(50_000_000);
    }
    exchange.sendResponseHeaders(answer, -1);
    exchange.close();
  }

  @AfterEach
  void end() {
    hangs = false;
    receiver.stop(0);
  }

  private List<Got> taken() {
    return got.stream().filter(message -> message.answered() == 200).toList();
  }

  private void awaitTaken(String event) {
    server.until(
        Server.SOON,
        "the message " + event,
        this::taken,
        all -> !all.isEmpty() && all.getLast().event().equals(event));
  }

  @Test
  void thatAReleaseWaitsForApprovalIsToldOnceOverADeathOfTheAgent() {
    App app = server.app().ordinary();
    app.settings.add("notify: [hook]");
    app.settings.add("approval: required");
    server.add(app);
    awaitTaken("approval-waiting");
    server.awaitPhase(app, "AwaitingApproval");
    server.agent().kill9();
    server.agent().start();
    server.awaitPhase(app, "AwaitingApproval");
    server.cli().run("approve", app.name).orFail();
    server.awaitLive(app, "1.0.0");
    awaitTaken("succeeded");
    assertThat(taken().stream().filter(message -> message.event().equals("approval-waiting")))
        .hasSize(1)
        .allSatisfy(
            message ->
                assertThat(message.body().path("text").asText())
                    .contains("holdfast approve " + app.name));
  }

  @Test
  @Staged(
      part = Part.AGENT,
      fault = "a receiver refuses, then hangs; the agent is killed before a message was taken",
      then = "rollouts go on as if nothing were; the next life sends it under the same id")
  void F110_F103_messagesOutliveTheReceiverAndTheAgent() {
    App app = server.app().ordinary();
    app.web("1.1.0").web("1.2.0").web("1.3.0", "HEALTH=fail");
    app.settings.add("notify: [hook]");
    server.add(app);
    server.awaitLive(app, "1.0.0");
    awaitTaken("succeeded");

    status = 503;
    app.release("1.1.0", "web=1.1.0");
    server.awaitLive(app, "1.1.0");
    server.until(
        Server.SOON,
        "a refused message",
        () -> got,
        all -> all.stream().anyMatch(message -> message.answered() == 503));
    server.agent().kill9();
    List<String> outbox = outbox();
    assertThat(outbox).as("started and succeeded, or what of them was written").isNotEmpty();
    String key =
        got.stream().filter(message -> message.answered() == 503).findFirst().orElseThrow().key();
    status = 200;
    server.agent().start();
    awaitTaken("succeeded");
    server.until(Server.SOON, "the outbox to be empty", this::outbox, List::isEmpty);
    assertThat(taken()).extracting(Got::key).contains(key).doesNotHaveDuplicates();
    assertThat(taken().getLast().body().path("title").asText()).contains("1.1.0 is live in test");

    hangs = true;
    app.release("1.2.0", "web=1.2.0");
    server.awaitLive(app, "1.2.0");
    hangs = false;
    app.release("1.3.0", "web=1.3.0");
    server.awaitOutcome(app, "1.3.0", "rolled-back");
    awaitTaken("rolled-back");
    assertThat(taken().getLast().body().at("/deployment/failure/step").asText()).isNotEmpty();
    assertThat(got)
        .allSatisfy(message -> assertThat(message.body().toString()).doesNotContain(App.CANARY));
    assertThat(server.agent().log()).doesNotContain("key-of-the-hook");
  }

  private List<String> outbox() {
    String[] names = server.state().resolve("notifications/outbox").toFile().list();
    return names == null ? List.of() : List.of(names);
  }
}
