package dev.holdfast.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.notify.FakeReceiver.Got;
import dev.holdfast.notify.FakeReceiver.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Commit and deployment statuses, against a forge that keeps what it is told and has its rules. */
@Timeout(60)
class ForgeTest {
  private static final String SHA = "4f3c2a1b9d0e4f3c2a1b9d0e4f3c2a1b9d0e4f3c";
  private static final String APPLICATION = "0123456789ab0123456789ab0123456789ab0123";
  private FakeReceiver forge;
  private final List<String> statuses = new ArrayList<>();
  private final ArrayNode deployments = Json.object().putArray("deployments");

  @BeforeEach
  void open() throws IOException {
    forge = new FakeReceiver();
  }

  @AfterEach
  void close() {
    forge.close();
  }

  private Reply github(Got got) {
    if (!"Bearer token-123".equals(got.headers().get("Authorization"))) {
      return Reply.of(401, "{\"message\":\"Bad credentials token-123\"}");
    }
    String path = got.path().replaceFirst("\\?.*", "");
    if (path.startsWith("/api/v3/repos/acme/shop/commits/")) {
      return Reply.of(200, "{\"sha\":\"" + APPLICATION + "\"}");
    } else if (path.startsWith("/api/v3/repos/acme/shop/statuses/")) {
      String sha = path.substring(path.lastIndexOf('/') + 1);
      statuses.add(sha.substring(0, 4) + " " + got.json().path("state").asText());
      return Reply.of(201, "{}");
    } else if (path.endsWith("/deployments") && got.method().equals("GET")) {
      return Reply.of(200, deployments.toString());
    } else if (path.endsWith("/deployments")) {
      ObjectNode made = (ObjectNode) got.json();
      made.put("id", 40 + deployments.size());
      deployments.add(made);
      return Reply.of(201, made.toString());
    } else if (path.matches(".*/deployments/4[0-9]/statuses")) {
      ((ObjectNode) deployments.get(0)).put("state", got.json().path("state").asText());
      return Reply.of(201, "{}");
    }
    return Reply.of(404, "{\"message\":\"Not Found\"}");
  }

  private Reply gitlab(Got got) {
    String path = got.path().replaceFirst("\\?.*", "");
    String project = "/api/v4/projects/acme%2Fshop";
    if (!"token-123".equals(got.headers().get("PRIVATE-TOKEN")) || !path.startsWith(project)) {
      return Reply.of(404, "{\"message\":\"404 Project Not Found\"}");
    }
    JsonNode json = got.json();
    if (path.startsWith(project + "/statuses/")) {
      String state = json.path("state").asText();
      if (!statuses.isEmpty() && statuses.getLast().equals(state)) {
        return Reply.of(400, "{\"message\":\"Cannot transition status via :run from :running\"}");
      }
      statuses.add(state);
      return Reply.of(201, "{}");
    } else if (got.method().equals("GET")) {
      return Reply.of(200, deployments.toString());
    } else if (got.method().equals("POST")) {
      deployments.insert(0, ((ObjectNode) json).put("id", 40 + deployments.size()));
      return Reply.of(201, deployments.get(0).toString());
    }
    ((ObjectNode) deployments.get(0)).put("status", json.path("status").asText());
    return Reply.of(200, deployments.get(0).toString());
  }

  private Channel channel(boolean gitlab, String repository, String token, boolean ofApplication) {
    String base = forge.url(gitlab ? "" : "/api/v3");
    forge.answer = gitlab ? this::gitlab : this::github;
    Receiver.Kind kind =
        new Receiver.Kind.Status(gitlab, base, repository, () -> token, ofApplication, true);
    return new Receiver(kind, java.util.Set.of(Event.STARTED)).channel(Duration.ofSeconds(3));
  }

  private static Message message(Status status) {
    return new Composer("vps-1", "production", text -> text)
        .of("ci", Rig.subject("ci"), Rig.record(1, status), Rig.NOON);
  }

  @Test
  void githubShowsTheCommitAndOneDeploymentGreenInTheEnd() {
    Channel channel = channel(false, null, "token-123", false);
    for (Status status : List.of(Status.IN_PROGRESS, Status.SUCCEEDED, Status.SUCCEEDED)) {
      assertThat(channel.send(message(status))).isEqualTo(new Outcome.Delivered());
    }
    assertThat(statuses).containsExactly("4f3c pending", "4f3c success", "4f3c success");
    assertThat(deployments).hasSize(1);
    JsonNode made = deployments.get(0);
    assertThat(made.path("ref").asText()).isEqualTo(SHA);
    assertThat(made.path("state").asText()).isEqualTo("success");
    assertThat(made.path("production_environment").asBoolean()).isTrue();
    assertThat(made.path("required_contexts")).isEmpty();
  }

  @Test
  void githubShowsTheApplicationsCommitByItsWholeHash() {
    Channel channel = channel(false, "acme/shop", "token-123", true);
    assertThat(channel.send(message(Status.ROLLED_BACK))).isEqualTo(new Outcome.Delivered());
    assertThat(statuses).containsExactly("0123 failure");
    assertThat(deployments.get(0).path("state").asText()).isEqualTo("failure");
  }

  @Test
  void aTokenThatIsWrongWaitsForTheRightOneAndIsNotQuoted() {
    Outcome outcome = channel(false, null, "token-12x", false).send(message(Status.SUCCEEDED));
    assertThat(outcome).isInstanceOf(Outcome.Later.class);
    assertThat(((Outcome.Later) outcome).all()).as("only this app waits").isFalse();
    forge.answer = got -> Reply.of(401, "bad token-12x");
    outcome =
        new Receiver(
                new Receiver.Kind.Status(
                    false, forge.url(""), null, () -> "token-12x", false, false),
                java.util.Set.of(Event.SUCCEEDED))
            .channel(Duration.ofSeconds(3))
            .send(message(Status.SUCCEEDED));
    assertThat(outcome.toString()).contains("401").doesNotContain("token-12x");
  }

  @Test
  void gitlabShowsTheCommitAndOneDeployment() {
    Channel channel = channel(true, null, "token-123", false);
    for (Status status :
        List.of(Status.IN_PROGRESS, Status.IN_PROGRESS, Status.FAILED, Status.FAILED)) {
      assertThat(channel.send(message(status))).isEqualTo(new Outcome.Delivered());
    }
    assertThat(statuses).containsExactly("running", "failed");
    assertThat(deployments).hasSize(1);
    assertThat(deployments.get(0).path("status").asText()).isEqualTo("failed");
    assertThat(deployments.get(0).path("ref").asText()).isEqualTo("main");
    assertThat(deployments.get(0).path("sha").asText()).isEqualTo(SHA);
  }

  @Test
  void anAppWithoutARepositoryHasNoCommitToShow() {
    Message message =
        new Composer("vps-1", "production", text -> text)
            .of(
                "ci",
                new Happening.Subject("shop", java.util.Set.of("ci"), ""),
                Rig.record(1, Status.SUCCEEDED),
                Rig.NOON);
    Receiver receiver =
        new Receiver(
            new Receiver.Kind.Status(false, "https://x", null, () -> "t", false, true),
            java.util.Set.of(Event.SUCCEEDED));
    assertThat(receiver.wants(message)).isFalse();
    assertThat(receiver.wants(message(Status.SUCCEEDED))).isTrue();
  }
}
