package dev.holdfast.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.ObservedContainer.Health;
import dev.holdfast.model.ObservedState;
import dev.holdfast.plan.CaseRelease;
import dev.holdfast.rig.SocketFault;
import dev.holdfast.rig.SocketFaultProxy;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the adapter asks, and how often, of an engine that says what the test wrote down. */
class CannedEngineTest {
  private static final String ID = "a".repeat(64);

  @TempDir Path folder;

  private SocketFaultProxy engine;
  private EngineClient client;
  private final AtomicLong nanos = new AtomicLong();

  @BeforeEach
  void listen() {
    engine = SocketFaultProxy.alone(folder.resolve("d.sock"));
    client = new EngineClient(DockerSettings.at(engine.host()).with(TestDeadlines.QUICK));
  }

  @AfterEach
  void close() {
    client.close();
    engine.close();
  }

  private void says(String request, String json) {
    engine.every(request, new SocketFault.AnswerInstead(200, json));
  }

  private void speaks(String newest, String oldest) {
    says(
        "GET (/v[0-9.]+)?/version",
        "{\"Version\":\"99.1\",\"ApiVersion\":\""
            + newest
            + "\",\"MinAPIVersion\":\""
            + oldest
            + "\"}");
  }

  private String spoken() {
    return client.lookAt("ask", session -> session.version().toString());
  }

  @Test
  void F98_speaksTheNewestThatBothKnow() {
    speaks("1.41", "1.12");
    assertThat(spoken()).isEqualTo("1.41");
  }

  @Test
  void F98_speaksItsOwnNewestWithANewerEngine() {
    speaks("1.60", "1.44");
    assertThat(spoken()).isEqualTo(ApiVersion.NEWEST.toString());
    says("/containers/json", "[]");
    says("/networks", "[]");
    says("/volumes", "{\"Volumes\":null}");
    observer().observe("shop", null);
    assertThat(engine.count("GET /v1.52/containers/json")).isEqualTo(1);
  }

  @Test
  void F98_refusesAnEngineThatIsTooOldOrTooNewWithWhatToDo() {
    speaks("1.40", "1.12");
    assertThatThrownBy(this::spoken)
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("upgrade it to 20.10");
    engine.heal();
    speaks("1.99", "1.70");
    assertThatThrownBy(this::spoken)
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("upgrade Holdfast");
  }

  @Test
  void anAnswerThatIsNoAnswerIsAmbiguous() {
    says("/version", "<html>hello</html>");
    assertThatThrownBy(this::spoken).isInstanceOf(EngineException.Ambiguous.class);
  }

  @Test
  void aSocketThatIsNotThereIsUnreachableWithItsReason() {
    EngineClient nowhere =
        new EngineClient(DockerSettings.at("unix://" + folder.resolve("none.sock")));
    assertThatThrownBy(() -> nowhere.lookAt("ask", session -> true))
        .isInstanceOf(EngineException.Unreachable.class)
        .hasMessageContaining("No such file");
  }

  private Observer observer() {
    return new Observer(client, new Images(client, nanos::get), new Presence(client), nanos::get);
  }

  private void runs(String status, int restarts, String health) {
    is("running", status, restarts, health);
  }

  private void is(String state, String status, int restarts, String health) {
    engine.heal();
    tells(state, status, restarts, health);
  }

  private void tells(String state, String status, int restarts, String health) {
    speaks("1.41", "1.12");
    says(
        "/containers/json",
        "[{\"Id\":\""
            + ID
            + "\",\"Names\":[\"/shop-api-1\"],\"State\":\""
            + state
            + "\",\"Status\":\""
            + status
            + "\",\"ImageID\":\"sha256:1\"}]");
    says(
        "/containers/" + ID + "/json",
        "{\"Id\":\""
            + ID
            + "\",\"Name\":\"/shop-api-1\",\"Image\":\"sha256:1\",\"RestartCount\":"
            + restarts
            + ",\"State\":{\"Status\":\""
            + state
            + "\",\"Running\":true,\"StartedAt\":\"2026-11-21T00:00:00Z\",\"Health\":{\"Status\":\""
            + health
            + "\"}}}");
    says("/images/", "{\"Id\":\"sha256:1\",\"RepoDigests\":[\"shop/api@sha256:2\"]}");
    says("/networks", "[]");
    says("/volumes", "{\"Volumes\":[]}");
  }

  private void passes(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private long inspects() {
    return engine.count("/containers/" + ID + "/json");
  }

  /** Whatever the number of services: the budget of a look at which nothing changed. */
  @Test
  void aLookAtWhichNothingChangedIsOneCall() {
    runs("Up 2 hours (healthy)", 0, "healthy");
    Observer observer = observer();
    ObservedState first = observer.observe("shop", null);
    int before = engine.requests().size();
    passes(Duration.ofSeconds(30));

    assertThat(observer.observe("shop", null)).isEqualTo(first);

    assertThat(engine.requests().subList(before, engine.requests().size()))
        .singleElement()
        .asString()
        .contains("/containers/json");
  }

  @Test
  void networksAndVolumesAreListedAnewWhereSomethingWasMadeOrAfterFiveMinutes() {
    runs("Up 2 hours (healthy)", 0, "healthy");
    Observer observer = observer();
    observer.observe("shop", null);
    observer.forgetSurroundings("shop");
    observer.observe("shop", null);
    assertThat(engine.count("GET .*/networks")).isEqualTo(2);
    passes(Duration.ofMinutes(5));
    observer.observe("shop", null);
    assertThat(engine.count("GET .*/networks")).isEqualTo(3);
    assertThat(engine.count("GET .*/volumes")).isEqualTo(3);
  }

  @Test
  void aSteadyContainerIsNotInspectedAgain() {
    Observer observer = observer();
    runs("Up 5 minutes (healthy)", 0, "healthy");
    ObservedState first = observer.observe("shop", null);
    passes(Duration.ofSeconds(30));
    runs("Up 6 minutes (healthy)", 0, "healthy");
    assertThat(observer.observe("shop", null)).isEqualTo(first);
    assertThat(inspects()).isEqualTo(1);
    assertThat(engine.count("/images/")).isEqualTo(1);
  }

  @Test
  void F65_aRestartBetweenTwoLooksIsSeenThoughBothFoundItYoung() {
    Observer observer = observer();
    runs("Up 3 seconds", 1, "none");
    observer.observe("shop", null);
    passes(Duration.ofSeconds(30));
    runs("Up 3 seconds", 2, "none");
    assertThat(observer.observe("shop", null).containers().getFirst().restarts()).isEqualTo(2);
  }

  @Test
  void aYoungOneIsInspectedAgainUnlessItIsUpForLongerThanTheLookIsOld() {
    Observer observer = observer();
    runs("Up Less than a second", 0, "none");
    observer.observe("shop", null);
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(2);
    passes(Duration.ofSeconds(3));
    runs("Up 3 seconds", 0, "none");
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(3);
    passes(Duration.ofMillis(900));
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(3);
  }

  @Test
  void whatIsDownIsInspectedAgainWhereItEndedOtherwiseOrLongAfterTheLook() {
    Observer observer = observer();
    is("exited", "Exited (0) Less than a second ago", 0, "none");
    observer.observe("shop", null);
    passes(Duration.ofMillis(900));
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(1);
    is("exited", "Exited (1) Less than a second ago", 0, "none");
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(2);
    passes(Duration.ofMillis(1_100));
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(3);
  }

  @Test
  void whatWasNeverStartedIsNotInspectedAgain() {
    Observer observer = observer();
    is("created", "Created", 0, "none");
    observer.observe("shop", null);
    passes(Duration.ofSeconds(30));
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(1);
    runs("Up Less than a second", 0, "none");
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(2);
  }

  @Test
  void aRestartSinceALookThatWasLongAgoIsSeen() {
    Observer observer = observer();
    runs("Up 2 minutes", 0, "none");
    observer.observe("shop", null);
    passes(Duration.ofMinutes(3));
    runs("Up 2 minutes", 1, "none");
    assertThat(observer.observe("shop", null).containers().getFirst().restarts()).isEqualTo(1);
  }

  @Test
  void aChangeOfHealthIsSeenAtOnce() {
    Observer observer = observer();
    runs("Up 5 minutes (healthy)", 0, "healthy");
    observer.observe("shop", null);
    runs("Up 5 minutes (unhealthy)", 0, "unhealthy");
    assertThat(observer.observe("shop", null).containers().getFirst().health())
        .isEqualTo(Health.UNHEALTHY);
  }

  @Test
  void whatTheListDoesNotShowIsNeverOlderThanFiveMinutes() {
    Observer observer = observer();
    runs("Up 3 days", 0, "none");
    observer.observe("shop", null);
    passes(Duration.ofMinutes(5));
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(2);
  }

  @Test
  void whatTheAgentChangesIsInspectedAnew() {
    Observer observer = observer();
    runs("Up 3 days", 0, "none");
    observer.observe("shop", null);
    observer.forget(ID);
    observer.observe("shop", null);
    assertThat(inspects()).isEqualTo(2);
  }

  @Test
  void F94_anErrorOnOneContainerIsTheFailureOfTheLook() {
    runs("Up 3 days", 0, "none");
    engine.heal();
    speaks("1.41", "1.12");
    says(
        "/containers/json",
        "[{\"Id\":\""
            + ID
            + "\",\"Names\":[\"/shop-api-1\"],\"State\":\"running\",\"Status\":\"Up 3 days\",\"ImageID\":\"sha256:1\"}]");
    engine.every(
        "/containers/" + ID, new SocketFault.AnswerInstead(500, "{\"message\":\"corrupt\"}"));
    assertThatThrownBy(() -> observer().observe("shop", null))
        .isInstanceOf(EngineException.Ambiguous.class)
        .hasMessageContaining("shop-api-1")
        .hasMessageContaining("corrupt");
  }

  /** A proxy may answer in the engine's place: unknown is not absent. */
  @Test
  void anAnswerThatIsNoListIsNoEmptyList() {
    Map<String, String> answers =
        Map.of(
            "/containers/json",
            "{\"message\":\"try later\"}",
            "GET .*/networks",
            "{\"message\":\"try later\"}",
            "GET .*/volumes",
            "[]",
            "/containers/" + ID + "/json",
            "{}");
    answers.forEach(
        (request, answer) -> {
          engine.heal();
          says(request, answer);
          tells("running", "Up 3 days", 0, "none");
          assertThatThrownBy(() -> observer().observe("shop", null))
              .as(request)
              .isInstanceOf(EngineException.Ambiguous.class);
        });
  }

  @Test
  void aContainerWithoutAnIdIsNoContainer() {
    runs("Up 3 days", 0, "none");
    engine.heal();
    speaks("1.41", "1.12");
    says("/containers/json", "[{\"Names\":[\"/shop-api-1\"],\"State\":\"running\"}]");
    assertThatThrownBy(() -> observer().observe("shop", null))
        .isInstanceOf(EngineException.Ambiguous.class);
  }

  @Test
  void aNetworkThatAReleaseWantsAndThatWasNotThereIsLookedForAnew() {
    engine.every(
        "GET .*/networks/shop_default",
        new SocketFault.AnswerInstead(404, "{\"message\":\"no such network\"}"));
    tells("running", "Up 2 hours (healthy)", 0, "healthy");
    Observer observer = observer();
    observer.observe("shop", null);
    assertThat(engine.count("GET .*/networks\\?")).isEqualTo(1);
    observer.observe("shop", CaseRelease.parse("services: { api: {} }\nnetworks: [default]"));
    assertThat(engine.count("GET .*/networks\\?")).isEqualTo(2);
  }

  @Test
  void goneBetweenListAndInspectIsGone() {
    runs("Up 3 days", 0, "none");
    engine.heal();
    speaks("1.41", "1.12");
    says(
        "/containers/json",
        "[{\"Id\":\""
            + ID
            + "\",\"Names\":[\"/shop-api-1\"],\"State\":\"running\",\"Status\":\"Up 3 days\",\"ImageID\":\"sha256:1\"}]");
    engine.every(
        "/containers/" + ID,
        new SocketFault.AnswerInstead(404, "{\"message\":\"No such container\"}"));
    says("/networks", "[]");
    says("/volumes", "{\"Volumes\":[]}");
    assertThat(observer().observe("shop", null).containers()).isEmpty();
  }

  /** Asked again it would say the same, for as long as its disk is full. */
  @Test
  void anErrorOfTheEngineAboutAnArchiveIsARefusal() {
    speaks("1.41", "1.12");
    engine.every(
        "/archive",
        new SocketFault.AnswerInstead(500, "{\"message\":\"no space left on device\"}"));
    Piping piping = new Piping(client, new Output(client));
    assertThatThrownBy(
            () ->
                piping.load(
                    ID, "/data", Duration.ofSeconds(9), new ByteArrayInputStream(new byte[9])))
        .isInstanceOf(EngineException.Refused.class)
        .hasMessageContaining("no space left on device");
    assertThatThrownBy(
            () -> piping.save(ID, "/data", Duration.ofSeconds(9), OutputStream.nullOutputStream()))
        .isInstanceOf(EngineException.Refused.class);
  }

  @Test
  void whatIsSoAlreadyIsDone() {
    speaks("1.41", "1.12");
    engine.every("POST .*/start", new SocketFault.AnswerInstead(304, ""));
    client.command("start it", Command.post("/containers/x/start"));
    assertThat(engine.count("POST /v1.41/containers/x/start")).isEqualTo(1);
  }

  @Test
  void anAnswerThatIsNoneIsNotTakenForAnEmptyOne() {
    speaks("1.41", "1.12");
    for (String answer : new String[] {"", "null", "\"OK\"", "7"}) {
      says("/info", answer);
      assertThatThrownBy(() -> client.get("ask", "/info"))
          .isInstanceOf(EngineException.Ambiguous.class)
          .hasMessageContaining("not what was asked for");
    }
  }

  @Test
  void aCommandThatFailsSaysTheEnginesWords() {
    speaks("1.41", "1.12");
    engine.every("DELETE", new SocketFault.AnswerInstead(409, "{\"message\":\"in use\"}"));
    assertThatThrownBy(() -> client.command("remove it", Command.remove("x", true)))
        .isInstanceOf(EngineException.Conflict.class)
        .hasMessage("could not remove it: in use");
    assertThat(engine.count("DELETE /v1.41/containers/x\\?force=false&v=true")).isEqualTo(1);
  }
}
