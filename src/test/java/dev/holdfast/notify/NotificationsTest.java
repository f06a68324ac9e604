package dev.holdfast.notify;

import static dev.holdfast.notify.Rig.failed;
import static dev.holdfast.notify.Rig.files;
import static dev.holdfast.notify.Rig.record;
import static dev.holdfast.notify.Rig.slack;
import static dev.holdfast.notify.Rig.subject;
import static dev.holdfast.notify.Rig.webhook;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.notify.FakeReceiver.Got;
import dev.holdfast.notify.FakeReceiver.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a happening to a receiver, over the outbox on disk. */
@Timeout(120)
class NotificationsTest {
  @TempDir private Path state;
  private FakeReceiver receiver;

  @BeforeEach
  void open() throws IOException {
    receiver = new FakeReceiver();
  }

  @AfterEach
  void close() {
    receiver.close();
  }

  private Path outbox() {
    return state.resolve("notifications/outbox");
  }

  @Test
  void aDeploymentIsToldWhenItBeginsAndWhenItEnds() throws InterruptedException {
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.notifications.happened(
          new Happening.Deployment(subject("hook"), record(1, Status.IN_PROGRESS)));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      List<Got> got = receiver.await(2);

      assertThat(got)
          .extracting(g -> g.json().path("event").asText())
          .containsExactly("started", "succeeded");
      assertThat(got.get(1).json().path("title").asText())
          .isEqualTo("shop: 1.4.1 is live in production");
      assertThat(got.get(1).headers())
          .containsEntry("Holdfast-Event", "succeeded")
          .containsEntry("Idempotency-Key", got.get(1).json().path("id").asText())
          .containsEntry(
              "Holdfast-Signature", "sha256=" + WebhookChannel.signature("key", got.get(1).body()));
      rig.awaitCount("sent hook", 2);
      assertThat(files(outbox())).isEmpty();
      assertThat(rig.count("waiting hook")).isZero();
    }
  }

  @Test
  void thatApprovalIsWaitedForIsToldOnceOverRestarts() throws InterruptedException {
    Map<String, Receiver> receivers = Map.of("hook", webhook(receiver.url("/x")));
    for (int start = 0; start < 2; start++) {
      try (Rig rig = new Rig(state)) {
        rig.use(receivers);
        for (int number = 1 + start; number <= 2 + start; number++) {
          rig.began(record(number, Status.IN_PROGRESS));
          rig.asked(subject("hook"), record(number, Status.IN_PROGRESS));
          rig.asked(subject("hook"), record(number, Status.IN_PROGRESS));
        }
        rig.awaitCount("sent hook", 2 - start);
      }
    }
    List<Got> got = receiver.await(3);
    assertThat(got)
        .extracting(g -> g.json().path("title").asText())
        .containsExactly(
            "shop: 1.4.1 waits for approval in production",
            "shop: 1.4.2 waits for approval in production",
            "shop: 1.4.3 waits for approval in production");
    assertThat(got.getFirst().json().path("event").asText()).isEqualTo("approval-waiting");
    assertThat(got.getFirst().json().path("text").asText())
        .contains("holdfast approve shop 000000000001");
  }

  @Test
  void theSignatureIsTheOneThatOpensslMakes() {
    // printf hello | openssl dgst -sha256 -hmac key
    assertThat(WebhookChannel.signature("key", "hello"))
        .isEqualTo("9307b3b915efb5171ff14d8cb55fbcc798c6c0ef1456d66ded1a6aa723a58b7b");
  }

  @Test
  void whoIsNotToldOfSomethingHearsNothingOfIt() throws InterruptedException {
    try (Rig rig = new Rig(state)) {
      String url = receiver.url("/x");
      rig.use(
          Map.of(
              "hook",
              new Receiver(new Receiver.Kind.Webhook(() -> url, null), Set.of(Event.ROLLED_BACK)),
              "other",
              webhook(receiver.url("/other"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      rig.ended(subject("hook"), failed(2, Status.ROLLED_BACK, "probe", "it is unwell"));
      List<Got> got = receiver.await(1);
      rig.awaitCount("sent hook", 1);
      assertThat(receiver.got()).hasSize(1);
      assertThat(got.getFirst().path()).isEqualTo("/x");
      assertThat(got.getFirst().headers()).doesNotContainKey("Holdfast-Signature");
      assertThat(got.getFirst().json().at("/deployment/failure/reason").asText())
          .isEqualTo("it is unwell");
    }
  }

  @Test
  void F110_aReceiverThatFailsIsTriedAgainUntilItTakesTheMessage() throws InterruptedException {
    int[] asked = {0};
    receiver.answer =
        request -> Reply.of(++asked[0] < 4 ? 500 : 200, asked[0] < 4 ? "oh no" : "ok");
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      List<Got> got = receiver.await(4);
      rig.awaitCount("sent hook", 1);
      assertThat(got)
          .extracting(g -> g.headers().get("Idempotency-Key"))
          .hasSize(4)
          .containsOnly(got.getFirst().json().path("id").asText());
      assertThat(rig.count("failed hook")).isEqualTo(3);
      assertThat(rig.notes)
          .as("one line when it begins, one when it ends")
          .hasSize(2)
          .first()
          .asString()
          .contains("notifier hook: could not hand over a message because it answered 500 (oh no)");
    }
  }

  @Test
  void retryAfterIsKeptTo() throws InterruptedException {
    receiver.answer =
        request ->
            receiver.got().size() < 2
                ? new Reply(429, "slow down", Map.of("Retry-After", "1"))
                : Reply.of(200, "ok");
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      receiver.await(1);
      long first = System.nanoTime();
      receiver.await(2);
      assertThat(Duration.ofNanos(System.nanoTime() - first)).isGreaterThan(Duration.ofMillis(700));
      rig.awaitCount("sent hook", 1);
    }
  }

  @Test
  void F110_aReceiverThatHangsHoldsUpNeitherTheCallerNorAnother() throws Exception {
    try (FakeReceiver hung = new FakeReceiver();
        Rig rig = new Rig(state)) {
      hung.hangs = true;
      rig.use(Map.of("a-hung", webhook(hung.url("/x")), "well", webhook(receiver.url("/y"))));
      long begun = System.nanoTime();
      rig.ended(subject("a-hung", "well"), record(1, Status.SUCCEEDED));
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
      assertThat(receiver.await(1)).hasSize(1);
      rig.awaitCount("failed a-hung", 1);
      assertThat(rig.count("failed a-hung")).as("a deadline ends the try").isPositive();
      hung.hangs = false;
      rig.awaitCount("sent a-hung", 1);
      assertThat(rig.count("sent a-hung")).isOne();
    }
  }

  @Test
  void aMessageThatCannotBeTakenIsGivenUpAndTheNextOneSent() throws InterruptedException {
    receiver.answer =
        request -> Reply.of(request.body().contains("1.4.1") ? 400 : 200, "invalid_payload");
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      rig.ended(subject("hook"), record(2, Status.SUCCEEDED));
      rig.awaitCount("sent hook", 1);
      assertThat(rig.count("dropped hook")).isOne();
      assertThat(files(outbox())).isEmpty();
    }
  }

  @Test
  void redirectsAreNotFollowed() throws InterruptedException {
    String elsewhere = receiver.url("/elsewhere");
    receiver.answer =
        request ->
            request.path().equals("/x")
                ? new Reply(302, "", Map.of("Location", elsewhere))
                : Reply.of(200, "ok");
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      rig.awaitCount("failed hook", 3);
      assertThat(receiver.got()).extracting(Got::path).containsOnly("/x");
    }
  }

  @Test
  void whatWasNotTakenIsSentByTheNextLifeUnderTheSameId() throws InterruptedException {
    receiver.answer = request -> Reply.of(503, "");
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      receiver.await(1);
    }
    assertThat(files(outbox())).hasSize(1);
    String id = receiver.got().getFirst().headers().get("Idempotency-Key");
    receiver.answer = request -> Reply.of(200, "");
    int before = receiver.got().size();
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.awaitCount("sent hook", 1);
      assertThat(receiver.got().size()).isGreaterThan(before);
      assertThat(receiver.got().getLast().headers()).containsEntry("Idempotency-Key", id);
    }
    assertThat(files(outbox())).isEmpty();
  }

  @Test
  void aDeploymentWhoseEndTheAgentDidNotSurviveIsToldByTheNextLife() throws Exception {
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      rig.awaitCount("sent hook", 1);
      awaitTold(record(1, Status.SUCCEEDED).deploymentId());
    }
    try (Rig rig = new Rig(state)) {
      // Killed after the record was written and before anybody heard of it.
      rig.records.add(failed(2, Status.ROLLED_BACK, "probe", "it is unwell"));
      rig.records.add(record(1, Status.SUCCEEDED));
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.looked(subject("hook"));
      rig.looked(subject("hook"));
      rig.awaitCount("sent hook", 1);
      assertThat(receiver.got())
          .extracting(g -> g.json().path("event").asText())
          .containsExactly("succeeded", "rolled-back");
    }
  }

  @Test
  void whoAddsANotifierIsNotToldOfThePast() throws Exception {
    try (Rig rig = new Rig(state)) {
      rig.records.add(failed(2, Status.ROLLED_BACK, "probe", "it is unwell"));
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.looked(subject("hook"));
      awaitTold(record(2, Status.FAILED).deploymentId());
      rig.ended(subject("hook"), record(3, Status.SUCCEEDED));
      rig.awaitCount("sent hook", 1);
      assertThat(receiver.got()).hasSize(1);
    }
  }

  @Test
  void whatTheAgentTriesAgainByItselfIsToldOnce() throws InterruptedException {
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      for (int i = 1; i < 6; i++) {
        rig.notifications.happened(
            new Happening.Deployment(
                subject("hook"), failed(i, Status.IN_PROGRESS, "pull", "being pulled")));
        rig.ended(subject("hook"), failed(i, Status.FAILED, "pull", "the registry is away"));
      }
      rig.ended(subject("hook"), record(9, Status.SUCCEEDED));
      rig.awaitCount("sent hook", 3);
      assertThat(receiver.got())
          .extracting(g -> g.json().path("event").asText())
          .containsExactly("started", "failed", "succeeded");
    }
  }

  @Test
  void F04_aTroubleIsToldWhenItBeginsAndWhenItEnds() throws Exception {
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      for (int i = 0; i < 10; i++) {
        rig.looked(subject("hook"), "registry");
      }
      rig.awaitCount("sent hook", 1);
      awaitTold("registry");
    }
    // A restart in between changes nothing.
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      for (int i = 0; i < 10; i++) {
        rig.looked(subject("hook"), "registry");
      }
      for (int i = 0; i < 10; i++) {
        rig.looked(subject("hook"));
      }
      receiver.await(2);
      rig.awaitCount("sent hook", 1);
      assertThat(receiver.got())
          .extracting(g -> g.json().path("event").asText())
          .containsExactly("trouble", "recovered");
      assertThat(receiver.got().getFirst().json().path("title").asText())
          .isEqualTo("shop: its images cannot be looked up");
    }
  }

  private void awaitTold(String what) throws InterruptedException, IOException {
    Path told = state.resolve("notifications/told.json");
    for (int i = 0; i < 500 && !Files.exists(told); i++) {
      Thread.sleep(20);
    }
    for (int i = 0; i < 500 && !Files.readString(told).contains(what); i++) {
      Thread.sleep(20);
    }
  }

  @Test
  void F103_noSecretAndNoControlCharacterLeaves() throws InterruptedException {
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x")), "slack", slack(receiver.url("/s"))));
      rig.ended(
          subject("hook", "slack"),
          failed(1, Status.ROLLED_BACK, "probe", "password hunter2-secret\u0007\u202e\u001b[31m"));
      receiver.await(2);
      assertThat(receiver.got())
          .allSatisfy(
              got ->
                  assertThat(got.body())
                      .contains("password ***")
                      .doesNotContain("hunter2")
                      .doesNotContain("\u202e")
                      .doesNotContain("\\u001B", "\\u0007", "\u001b"));
      rig.awaitCount("sent slack", 1);
    }
    assertThat(state.toFile()).isDirectory();
  }

  @Test
  void slackReadsNoMarkupThatCameFromElsewhere() throws InterruptedException {
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("slack", slack(receiver.url("/services/T0/B0/verysecretpart"))));
      rig.ended(
          subject("slack"),
          record(
              1,
              Status.ROLLED_BACK,
              "<!channel> *x* & <http://evil|ok>",
              new dev.holdfast.model.DeploymentRecord.Failure(
                  "probe", "api", "``` <!here> ```", List.of("<@U1>"))));
      JsonNode body = receiver.await(1).getFirst().json();
      assertThat(body.path("text").asText())
          .contains("&lt;!channel&gt;", "&amp;")
          .doesNotContain("<", ">");
      assertThat(body.at("/blocks/0/text/type").asText()).isEqualTo("plain_text");
      assertThat(body.at("/blocks/1/fields/0/type").asText()).isEqualTo("plain_text");
      String code = body.at("/blocks/2/text/text").asText();
      assertThat(code)
          .startsWith("```\n")
          .endsWith("\n```")
          .contains("&lt;!here&gt;", "&lt;@U1&gt;");
      assertThat(code.substring(3, code.length() - 3)).doesNotContain("`", "<", ">");
      rig.awaitCount("sent slack", 1);
    }
  }

  @Test
  void F103_theAddressOfAReceiverIsNeverTold() throws InterruptedException {
    receiver.answer = request -> Reply.of(404, "no such hook: " + request.path());
    try (Rig rig = new Rig(state)) {
      rig.use(
          Map.of(
              "slack",
              slack(receiver.url("/services/T0/B0/verysecretpart")),
              "away",
              slack("http://127.0.0.1:1/services/T0/B0/verysecretpart"),
              "wrong",
              slack("nonsense verysecretpart"),
              "unknown",
              slack("http://verysecretpart.invalid/services")));
      rig.ended(subject("slack", "away", "wrong", "unknown"), record(1, Status.SUCCEEDED));
      for (String name : List.of("slack", "away", "wrong", "unknown")) {
        rig.awaitCount("failed " + name, 1);
        assertThat(rig.count("failed " + name)).as(name).isPositive();
      }
      for (int i = 0; i < 100 && rig.notes.size() < 4; i++) {
        Thread.sleep(20);
      }
      assertThat(rig.notes)
          .hasSize(4)
          .noneMatch(note -> note.contains("verysecretpart") || note.contains("/services"))
          .anyMatch(note -> note.contains("it answered 404; check address and token"))
          .anyMatch(note -> note.contains("the connection was refused"))
          .anyMatch(note -> note.contains("its address is not an http or https URL"));
    }
  }

  @Test
  void whatWaitsIsBoundedInNumberAndAge() throws InterruptedException {
    receiver.answer = request -> Reply.of(503, "");
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      for (int i = 0; i < Lane.MOST + 50; i++) {
        rig.ended(subject("hook"), record(100 + i, Status.SUCCEEDED));
      }
      rig.awaitCount("dropped hook", 50);
      assertThat(files(outbox())).hasSize(Lane.MOST);
      rig.now.set(Rig.NOON.plus(Duration.ofHours(25)));
      rig.awaitCount("dropped hook", Lane.MOST + 50);
      assertThat(files(outbox())).isEmpty();
    }
  }

  @Test
  void withoutNotifiersThereIsNoThreadAndNoFile() {
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of());
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      rig.looked(subject("hook"), "engine");
      assertThat(files(state)).isEmpty();
    }
  }

  @Test
  void messagesOfANotifierThatIsGoneAreGivenUp() throws InterruptedException {
    receiver.answer = request -> Reply.of(503, "");
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      receiver.await(1);
    }
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("other", webhook(receiver.url("/y"))));
      for (int i = 0; i < 200 && !files(outbox()).isEmpty(); i++) {
        Thread.sleep(20);
      }
      assertThat(files(outbox())).isEmpty();
    }
  }

  @Test
  void ntfyGetsTitleAndTextAsJsonAndNothingAsAHeader() throws InterruptedException {
    try (Rig rig = new Rig(state)) {
      String url = receiver.url("/acme-ops");
      rig.use(
          Map.of(
              "phone",
              new Receiver(
                  new Receiver.Kind.Ntfy(() -> url, () -> "tk_1"), Set.of(Event.ROLLBACK_FAILED))));
      rig.ended(
          subject("phone"),
          failed(1, Status.ROLLBACK_FAILED, "probe", "x\r\nX-Evil: 1" + "ü".repeat(9_000)));
      Got got = receiver.await(1).getFirst();
      assertThat(got.path()).isEqualTo("/");
      assertThat(got.headers())
          .containsEntry("Authorization", "Bearer tk_1")
          .doesNotContainKey("X-Evil");
      assertThat(got.json().path("topic").asText()).isEqualTo("acme-ops");
      assertThat(got.json().path("priority").asInt()).isEqualTo(5);
      assertThat(got.body().length()).isLessThan(4_096);
      rig.awaitCount("sent phone", 1);
    }
  }

  @Test
  void aDamagedOutboxStopsNothing() throws Exception {
    Files.createDirectories(outbox());
    Files.writeString(outbox().resolve("0123456789abcdef01234567.json"), "{half");
    Files.writeString(outbox().resolve(".0123456789abcdef01234567.json.tmp"), "");
    Files.writeString(outbox().resolve("README"), "not ours");
    Files.writeString(state.resolve("notifications/told.json"), "");
    try (Rig rig = new Rig(state)) {
      rig.use(Map.of("hook", webhook(receiver.url("/x"))));
      rig.ended(subject("hook"), record(1, Status.SUCCEEDED));
      rig.awaitCount("sent hook", 1);
      assertThat(rig.count("sent hook")).isOne();
      assertThat(files(outbox()))
          .containsExactlyInAnyOrder("README", "0123456789abcdef01234567.json.corrupt-1");
    }
  }
}
