package dev.holdfast.notify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.notify.Forge.Target;
import dev.holdfast.notify.Http.Answer;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * GitLab's commit status, which shows in the pipeline of the commit, and its deployment, which the
 * environments page shows. A status that is what it should be is refused as a transition that does
 * not exist, and is done; a deployment of the commit that is not over is taken up again.
 */
final class GitlabChannel extends ForgeChannel {
  private static final int DESCRIPTION = 255;

  GitlabChannel(Forge forge) {
    super(forge);
  }

  @Override
  String path(Target target) {
    return "/api/v4/projects/" + Forge.encoded(target.repository());
  }

  @Override
  String found(String project, String sha) throws IOException {
    JsonNode commit = Forge.json(ask("GET", project + "/repository/commits/" + sha, null));
    return commit.path("id").asText();
  }

  @Override
  Outcome status(String project, String sha, Message message) throws IOException {
    ObjectNode body =
        Json.object()
            .put("state", state(message.event()))
            .put("name", "holdfast/" + message.environment() + "/" + message.app())
            .put("description", Texts.cut(message.title(), DESCRIPTION));
    Answer answer = ask("POST", project + "/statuses/" + sha, body);
    boolean same = answer.status() == 400 && answer.body().contains("Cannot transition status");
    return same ? new Outcome.Delivered() : forge.outcome(answer);
  }

  @Override
  Outcome deployment(String project, String sha, Message message) throws IOException {
    String environment = message.environment();
    Answer known =
        ask(
            "GET",
            project
                + "/deployments?order_by=id&sort=desc&per_page=30&environment="
                + Forge.encoded(environment),
            null);
    if (!known.ok()) {
      return forge.outcome(known);
    }
    String state = state(message.event());
    JsonNode newest = newest(Forge.json(known), sha);
    String stands = newest == null ? "" : newest.path("status").asText();
    if (stands.equals(state)) {
      return new Outcome.Delivered();
    }
    if (newest != null && (stands.equals("running") || stands.equals("created"))) {
      ObjectNode body = Json.object().put("status", state);
      return forge.outcome(
          ask("PUT", project + "/deployments/" + newest.path("id").asLong(), body));
    }
    Message.Rollout rollout = message.deployment();
    String ref = forge.ofApplication() || rollout == null ? null : rollout.gitRef();
    return create(project, sha, ref == null ? sha : ref, message);
  }

  private Outcome create(String project, String sha, String ref, Message message)
      throws IOException {
    ObjectNode body =
        Json.object()
            .put("environment", message.environment())
            .put("sha", sha)
            .put("ref", ref.replaceFirst("^refs/(?:heads|tags)/", ""))
            .put("tag", ref.startsWith("refs/tags/"))
            .put("status", state(message.event()));
    return forge.outcome(ask("POST", project + "/deployments", body));
  }

  private static @Nullable JsonNode newest(JsonNode deployments, String sha) {
    for (JsonNode deployment : deployments) {
      if (deployment.path("sha").asText().equals(sha)) {
        return deployment;
      }
    }
    return null;
  }

  private static String state(Event event) {
    return switch (event) {
      case STARTED, APPROVAL_WAITING -> "running";
      case SUCCEEDED, RECOVERED -> "success";
      case FAILED, ROLLED_BACK, ROLLBACK_FAILED, DEGRADED, TROUBLE -> "failed";
      case SUPERSEDED -> "canceled";
    };
  }

  private Answer ask(String method, String path, @Nullable ObjectNode body) throws IOException {
    return forge.ask(method, path, body, Map.of("PRIVATE-TOKEN", forge.token()));
  }
}
