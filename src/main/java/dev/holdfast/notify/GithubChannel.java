package dev.holdfast.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.notify.Forge.Target;
import dev.holdfast.notify.Http.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * GitHub's commit status, which the checks of a pull request and a branch wait for, and its
 * deployment with its status, which the environments page shows. A deployment that was made before
 * is found by the id in its payload, so that a message that comes twice makes one.
 */
final class GithubChannel implements Channel {
  private static final int DESCRIPTION = 140;
  private final Forge forge;

  GithubChannel(Forge forge) {
    this.forge = forge;
  }

  @Override
  public Outcome send(Message message) {
    Target target = forge.target(message);
    if (target == null) {
      return new Outcome.Never("there is no commit of a repository whose status it could be");
    }
    try {
      String repository = "/repos/" + target.repository();
      String sha = whole(repository, target.sha());
      if (sha == null) {
        return new Outcome.Later(
            "it does not know the commit; check repository and token", false, null);
      }
      Outcome status = status(repository, sha, message);
      return status.isDelivered() && forge.deployments()
          ? deployment(repository, sha, message)
          : status;
    } catch (UncheckedIOException e) {
      return Answers.failed(e);
    } catch (IOException e) {
      return Answers.failed(e);
    }
  }

  private @Nullable String whole(String repository, String sha) throws IOException {
    if (Forge.SHA.matcher(sha).matches()) {
      return sha;
    }
    String found =
        Forge.json(ask("GET", repository + "/commits/" + sha, null)).path("sha").asText();
    return Forge.SHA.matcher(found).matches() && found.startsWith(sha) ? found : null;
  }

  private Outcome status(String repository, String sha, Message message) throws IOException {
    ObjectNode body =
        Json.object()
            .put("state", state(message.event()))
            .put("context", "holdfast/" + message.environment() + "/" + message.app())
            .put("description", Texts.cut(message.title(), DESCRIPTION));
    return forge.outcome(ask("POST", repository + "/statuses/" + sha, body));
  }

  private Outcome deployment(String repository, String sha, Message message) throws IOException {
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
      case STARTED -> "pending";
      case SUCCEEDED, RECOVERED -> "success";
      case FAILED, ROLLED_BACK, ROLLBACK_FAILED, DEGRADED, TROUBLE -> "failure";
      case SUPERSEDED -> "error";
    };
  }

  private static String deploymentState(Event event) {
    return switch (event) {
      case STARTED -> "in_progress";
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
