package dev.holdfast.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.notify.Forge.Target;
import dev.holdfast.notify.Http.Answer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * GitHub's commit status, which the checks of a pull request and a branch wait for, and its
 * deployment with its status, which the environments page shows. A deployment that was made before
 * is found by the id in its payload, so that a message that comes twice makes one.
 */
final class GithubChannel extends ForgeChannel {
  private static final int DESCRIPTION = 140;

  GithubChannel(Forge forge) {
    super(forge);
  }

  @Override
  String path(Target target) {
    return "/repos/" + target.repository();
  }

  @Override
  String found(String repository, String sha) throws IOException {
    return Forge.json(ask("GET", repository + "/commits/" + sha, null)).path("sha").asText();
  }

  @Override
  Outcome status(String repository, String sha, Message message) throws IOException {
    ObjectNode body =
        Json.object()
            .put("state", state(message.event()))
            .put("context", "holdfast/" + message.environment() + "/" + message.app())
            .put("description", Texts.cut(message.title(), DESCRIPTION));
    return forge.outcome(ask("POST", repository + "/statuses/" + sha, body));
  }

  @Override
  Outcome deployment(String repository, String sha, Message message) throws IOException {
    String environment = message.environment();
    Answer known =
        ask(
            "GET",
            repository
                + "/deployments?per_page=30&sha="
                + sha
                + "&environment="
                + Forge.encoded(environment),
            null);
    if (!known.ok()) {
      return forge.outcome(known);
    }
    long id = find(Forge.json(known), message);
    if (id == 0) {
      Answer made = ask("POST", repository + "/deployments", description(sha, message));
      if (!made.ok()) {
        return forge.outcome(made);
      }
      id = Forge.json(made).path("id").asLong();
    }
    ObjectNode body =
        Json.object()
            .put("state", deploymentState(message.event()))
            .put("environment", environment)
            .put("description", Texts.cut(message.title(), DESCRIPTION));
    return forge.outcome(ask("POST", repository + "/deployments/" + id + "/statuses", body));
  }

  private static ObjectNode description(String sha, Message message) {
    ObjectNode body =
        Json.object()
            .put("ref", sha)
            .put("task", "deploy")
            .put("environment", message.environment())
            .put("production_environment", message.environment().equals("production"))
            .put("description", Texts.cut(message.title(), DESCRIPTION))
            .put("auto_merge", false);
    body.putArray("required_contexts");
    body.putObject("payload").put("holdfast_deployment", deploymentOf(message));
    return body;
  }

  private static long find(JsonNode deployments, Message message) {
    String wanted = deploymentOf(message);
    for (JsonNode deployment : deployments) {
      JsonNode payload = deployment.path("payload");
      JsonNode object = payload.isTextual() ? Json.read(payload.asText()) : payload;
      if (object.path("holdfast_deployment").asText().equals(wanted)) {
        return deployment.path("id").asLong();
      }
    }
    return 0;
  }

  private static String deploymentOf(Message message) {
    Message.Rollout rollout = message.deployment();
    return message.server() + "/" + message.app() + "/" + (rollout == null ? "" : rollout.id());
  }

  private static String state(Event event) {
    return switch (event) {
      case STARTED, APPROVAL_WAITING -> "pending";
      case SUCCEEDED, RECOVERED -> "success";
      case FAILED, ROLLED_BACK, ROLLBACK_FAILED, DEGRADED, TROUBLE -> "failure";
      case SUPERSEDED -> "error";
    };
  }

  private static String deploymentState(Event event) {
    return switch (event) {
      case STARTED -> "in_progress";
      case APPROVAL_WAITING -> "pending";
      case SUCCEEDED, RECOVERED -> "success";
      case FAILED, ROLLED_BACK, ROLLBACK_FAILED, DEGRADED, TROUBLE -> "failure";
      case SUPERSEDED -> "inactive";
    };
  }

  private Answer ask(String method, String path, @Nullable ObjectNode body) throws IOException {
    return forge.ask(
        method,
        path,
        body,
        Map.of(
            "Authorization",
            "Bearer " + forge.token(),
            "Accept",
            "application/vnd.github+json",
            "X-GitHub-Api-Version",
            "2022-11-28"));
  }
}
