package dev.holdfast.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.store.Store.LogLine;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The answers of the API, and its errors. */
@QuarkusTest
@TestProfile(TestAgent.class)
class HttpTest {
  private static final String AUTH = "Authorization: Bearer token";
  private static final String JSON = "Content-Type: application/json";

  @Inject FakeApps apps;
  @Inject TestAgent.Health health;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void oneAppWithADeployment() throws IOException {
    Files.writeString(TestAgent.TOKEN, "token");
    apps.clear();
    apps.put(Views.synced("shop"));
    apps.put(Views.deployment("shop", Views.DEPLOYMENT, Status.ROLLED_BACK, Views.NOON));
    health.set(true, true);
  }

  @Test
  void aDeploymentIsTheObjectOfRecordJson() throws IOException {
    var record = Wire.get(address.getPort(), "/api/v1/deployments/" + Views.DEPLOYMENT).json();
    assertThat(record.path("deployment_id").asText()).isEqualTo(Views.DEPLOYMENT);
    assertThat(record.path("status").asText()).isEqualTo("rolled-back");
    assertThat(record.path("health_checks").path("api").asText()).isEqualTo("unhealthy");
    assertThat(record.path("failure").path("log_tail").get(0).asText())
        .isEqualTo("Error: no such table");
    assertThat(record.path("steps").get(0).path("started_at").asText())
        .isEqualTo("2026-11-20T12:00:00.000Z");
    assertThat(Wire.get(address.getPort(), "/api/v1/deployments?app=shop&limit=1").json().get(0))
        .isEqualTo(record);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /api/v1/nothing, 404",
    "GET /api, 404",
    "GET /api/v1/apps/unknown, 404",
    "GET /api/v1/apps/..%2f..%2fetc, 404",
    "GET /api/v1/apps/Shop%20Two, 404",
    "GET /api/v1/apps/unknown/diff, 404",
    "GET /api/v1/deployments/none, 404",
    "GET /api/v1/deployments/20261120T120000Z-000000000000/logs, 404",
    "GET /api/v1/deployments?app=unknown, 404",
    "GET /api/v1/deployments?limit=0, 400",
    "GET /api/v1/deployments?limit=-1, 400",
    "GET /api/v1/deployments?limit=ten, 400",
    "GET /api/v1/deployments?limit=99999999999999, 400",
    "DELETE /api/v1/apps/shop, 405",
    "POST /api/v1/apps, 405",
    "POST /api/v1/apps/shop/destroy, 404",
    "POST /api/v1/apps/unknown/sync, 404",
    "POST /api/v1/apps/shop/approve, 409",
    "POST /api/v1/apps/shop/reject, 409",
    "POST /api/v1/apps/shop/restore, 400",
    "GET /api/v1/apps/unknown/backups, 404",
    "POST /api/v1/apps/unknown/restore, 404",
  })
  void everyErrorIsAProblem(String request, int status) throws IOException {
    Wire.Answer answer = Wire.send(address.getPort(), request, "", AUTH);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.type()).contains("application/problem+json");
    assertThat(answer.json().path("status").asInt()).isEqualTo(status);
    assertThat(answer.json().path("title").asText()).isNotBlank();
    assertThat(answer.json().path("detail").asText()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hold|{\"reason\":|400",
        "hold|[]|400",
        "hold|\"x\"|400",
        "hold|{\"reason\":7}|400",
        "hold|{\"because\":\"x\"}|400",
        "hold|{\"reason\":\"x\",\"reason\":\"y\"}|400",
        "hold|{} {}|400",
        "rollback|{\"to\":\"../../etc\"}|400",
        "rollback|{\"to\":\"deadbeef0000\"}|409",
        "approve|{\"release\":\"deadbeef0000\"}|409",
        "approve|{\"release\":\"../../etc\"}|400",
        "approve|{\"reason\":\"x\"}|400",
        "reject|{\"reason\":[]}|400",
        "reject|{\"now\":true}|400",
        "sync|{\"now\":true}|400",
        "sync|{\"now\":true,\"reason\":\" \"}|400",
        "sync|{\"now\":\"yes\",\"reason\":\"x\"}|400",
        "sync|{\"reason\":\"x\"}|400",
        "restore|{\"backup\":\"latest\",\"older-schema\":\"perhaps\"}|400",
        "restore|{\"backup\":\"latest\",\"safety\":\"maybe\"}|400",
      })
  void aBodyThatCannotBeUnderstoodDoesNothing(String action, String body, int status)
      throws IOException {
    Wire.Answer answer =
        Wire.send(address.getPort(), "POST /api/v1/apps/shop/" + action, body, AUTH, JSON);
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.type()).contains("application/problem+json");
    assertThat(apps.requests()).isEmpty();
  }

  @Test
  void aBodyOfAnotherTypeIsRefused() throws IOException {
    Wire.Answer answer =
        Wire.send(
            address.getPort(),
            "POST /api/v1/apps/shop/hold",
            "reason=x",
            AUTH,
            "Content-Type: text/plain");
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.type()).contains("application/problem+json");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() throws IOException {
    String head =
        "POST /api/v1/apps/shop/hold HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + AUTH
            + "\r\n"
            + JSON;
    Wire.Answer answer = Wire.raw(address.getPort(), head + "\r\nContent-Length: 100000\r\n\r\n{");
    assertThat(answer.status()).isEqualTo(413);
    assertThat(apps.requests()).isEmpty();
  }

  @Test
  void headersThatAreTooLargeAreRefused() throws IOException {
    assertThat(
            Wire.get(address.getPort(), "/api/v1/apps", "X-Large: " + "x".repeat(20_000)).status())
        .isEqualTo(431);
  }

  @Test
  void aFailureInsideTellsNothingOfItself() throws IOException {
    apps.fail();
    Wire.Answer answer = Wire.get(address.getPort(), "/api/v1/apps");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.type()).contains("application/problem+json");
    assertThat(answer.body())
        .doesNotContain("hunter2")
        .doesNotContain("Exception")
        .doesNotContain("at dev.");
  }

  /** It takes its time: an idle connection would be closed by then. */
  @Test
  void whoHasAnImagePulledForAQuestionGetsTheAnswerHoweverLongItTakes() throws IOException {
    assertThat(post("migrations", "{\"pull\":\"yes\"}").status()).isEqualTo(200);
  }

  @Test
  void anEngineThatIsAwayIsSaidAndIsNoFailureOfTheAgent() throws IOException {
    apps.away(true);
    try {
      Wire.Answer answer = post("migrations", "{}");
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.type()).contains("application/problem+json");
      assertThat(answer.json().path("detail").asText()).isEqualTo("the engine is away");
    } finally {
      apps.away(false);
    }
  }

  @Test
  void whatIsSaidToAReleaseThatWaitsComesWithItsReleaseAndReason() throws IOException {
    apps.put(Views.awaiting("shop"));
    String release = "{\"release\":\"" + Views.NEW + "\"";
    assertThat(post("reject", release + ",\"reason\":\"not today\"}").status()).isEqualTo(202);
    assertThat(post("approve", "{\"release\":\"" + Views.OLD + "\"}").status()).isEqualTo(409);
    Wire.Answer approved = post("approve", release + "}");
    assertThat(approved.status()).isEqualTo(202);
    assertThat(approved.json().path("app").asText()).isEqualTo("shop");
    assertThat(post("sync", "{\"now\":true,\"reason\":\"the shop is down\"}").status())
        .isEqualTo(202);
    assertThat(apps.requests())
        .containsExactly(
            "reject shop " + Views.NEW + " by token: not today",
            "approve shop " + Views.NEW + " by token",
            "sync shop now by token: the shop is down");
  }

  private Wire.Answer post(String action, String body) throws IOException {
    return Wire.send(address.getPort(), "POST /api/v1/apps/shop/" + action, body, AUTH, JSON);
  }

  @Test
  void eachRequestAnswers202WithTheAppAsItIsNow() throws IOException {
    Wire.Answer held =
        Wire.send(
            address.getPort(),
            "POST /api/v1/apps/shop/hold",
            "{\"reason\":\"stocktaking\"}",
            AUTH,
            JSON);
    assertThat(held.status()).isEqualTo(202);
    assertThat(held.json().path("phase").asText()).isEqualTo("Held");
    assertThat(held.json().path("hold").path("reason").asText()).isEqualTo("stocktaking");
    for (String action : new String[] {"sync", "resume", "retry", "rollback"}) {
      assertThat(
              Wire.send(address.getPort(), "POST /api/v1/apps/shop/" + action, "", AUTH).status())
          .as(action)
          .isEqualTo(202);
    }
    assertThat(
            Wire.send(
                    address.getPort(),
                    "POST /api/v1/apps/shop/rollback",
                    "{\"to\":\"" + Views.OLD + "\"}",
                    AUTH,
                    JSON)
                .status())
        .isEqualTo(202);
    assertThat(apps.requests())
        .containsExactly(
            "hold shop by token: stocktaking",
            "sync shop",
            "resume shop by token",
            "retry shop by token",
            "rollback shop to null by token",
            "rollback shop to " + Views.OLD + " by token");
  }

  @Test
  void theLogIsTextWithTheOutputOfMigrationsBehindIt() throws IOException {
    for (int i = 0; i < 5; i++) {
      apps.log(
          Views.DEPLOYMENT,
          new LogLine(Views.NOON.plusSeconds(i), "INFO", "update", "api", "line " + i));
    }
    apps.output(Views.DEPLOYMENT, "migrate-api.log", "1 migration applied\n");
    Wire.Answer all =
        Wire.get(address.getPort(), "/api/v1/deployments/" + Views.DEPLOYMENT + "/logs");
    assertThat(all.type()).contains("text/plain");
    assertThat(all.body())
        .contains("2026-11-20T12:00:00Z INFO update api: line 0\n")
        .containsSubsequence(
            "line 1", "line 2", "line 3", "line 4", "==> migrate-api.log <==\n1 migration applied");
    assertThat(
            Wire.get(
                    address.getPort(),
                    "/api/v1/deployments/" + Views.DEPLOYMENT + "/logs?file=migrate-api.log")
                .body())
        .contains("1 migration applied")
        .doesNotContain("line");
    for (String file :
        new String[] {
          "other.log", "..%2Frecord.json", "record.json", "%2Fetc%2Fpasswd", "a%00.log"
        }) {
      assertThat(
              Wire.get(
                      address.getPort(),
                      "/api/v1/deployments/" + Views.DEPLOYMENT + "/logs?file=" + file)
                  .status())
          .as(file)
          .isEqualTo(404);
    }
  }

  @Test
  void healthFollowsTheLoop() throws IOException {
    assertThat(Wire.get(address.getPort(), "/q/health/live").status()).isEqualTo(200);
    assertThat(Wire.get(address.getPort(), "/q/health/ready").status()).isEqualTo(200);
    health.set(true, false);
    assertThat(Wire.get(address.getPort(), "/q/health/live").status()).isEqualTo(200);
    assertThat(Wire.get(address.getPort(), "/q/health/ready").status()).isEqualTo(503);
    health.set(false, false);
    Wire.Answer dead = Wire.get(address.getPort(), "/q/health/live");
    assertThat(dead.status()).isEqualTo(503);
    assertThat(dead.body()).contains("last look 3 s ago");
  }

  @Test
  void metricsAreServedAsPrometheusReadsThem() throws IOException {
    Wire.Answer answer = Wire.get(address.getPort(), "/q/metrics", "Accept: */*");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.type()).contains("text/plain");
    assertThat(answer.body()).contains("# TYPE jvm_memory_used_bytes gauge");
  }
}
