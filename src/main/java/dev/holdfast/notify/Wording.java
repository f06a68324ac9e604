package dev.holdfast.notify;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.notify.Message.Failure;
import dev.holdfast.notify.Message.Rollout;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What people read. */
final class Wording {
  private Wording() {}

  /** {@code 1.4.2}, or by what else people may know a release. */
  static String name(@Nullable String version, @Nullable String commit, String release) {
    if (version != null) {
      return version;
    }
    return commit == null
        ? "release " + release
        : "commit " + commit.substring(0, Math.min(12, commit.length()));
  }

  static String title(DeploymentRecord record) {
    String name = name(record.version(), record.commit(), record.release());
    return record.app() + ": " + outcome(record, name);
  }

  static String asking(DeploymentRecord record) {
    String name = name(record.version(), record.commit(), record.release());
    return record.app() + ": " + name + " waits for approval in " + record.environment();
  }

  static String answers(DeploymentRecord record) {
    String which = " " + record.app() + " " + record.release();
    return "`holdfast diff "
        + record.app()
        + "` shows what it would do; `holdfast approve"
        + which
        + "` lets it go on, `holdfast reject"
        + which
        + "` ends it";
  }

  private static String outcome(DeploymentRecord record, String name) {
    boolean back = record.kind() == Kind.ROLLBACK;
    return switch (record.status()) {
      case IN_PROGRESS ->
          (back ? "going back to " : "rolling out ") + name + " in " + record.environment();
      case SUCCEEDED ->
          back ? "went back to " + name : name + " is live in " + record.environment();
      case FAILED -> name + " failed before anything was touched";
      case ROLLED_BACK -> name + " failed and was rolled back";
      case ROLLBACK_FAILED -> name + " failed and so did its rollback: a person is needed";
      case DEGRADED -> name + " is degraded: a person is needed";
      case SUPERSEDED -> name + " was overtaken by a newer release";
    };
  }

  static String trouble(String kind, String whose) {
    return whose
        + ": "
        + switch (kind) {
          case "source" -> "its source cannot be read";
          case "files" -> "its files are wrong";
          case "registry" -> "its images cannot be looked up";
          case "engine" -> "the container engine does not answer";
          case "state" -> "the agent's state cannot be read or written";
          case "network" -> "the host's network is broken";
          case "project" -> "it cannot be taken over";
          case "degraded" -> "it is degraded";
          default -> "trouble (" + kind + ")";
        };
  }

  static String recovered(String kind, String whose) {
    return whose
        + ": "
        + switch (kind) {
          case "source" -> "its source can be read again";
          case "files" -> "its files are right again";
          case "registry" -> "its images can be looked up again";
          case "engine" -> "the container engine answers again";
          case "state" -> "the agent's state can be used again";
          case "network" -> "the host's network works again";
          case "project" -> "it is managed again";
          case "degraded" -> "it is well again";
          default -> "the trouble (" + kind + ") is over";
        };
  }

  static Map<String, String> facts(Message message) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("Server", message.server() + " (" + message.environment() + ")");
    Rollout rollout = message.deployment();
    if (rollout != null) {
      facts.put("Release", rollout.release());
      put(facts, "Version", rollout.version());
      put(facts, "Commit", rollout.commit() == null ? rollout.gitSha() : rollout.commit());
      put(facts, "Services", String.join(", ", rollout.services()));
      Duration took = rollout.took();
      put(facts, "Took", took == null ? null : Texts.duration(took));
      put(facts, "Deployment", rollout.id());
    }
    return facts;
  }

  private static void put(Map<String, String> facts, String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      facts.put(name, Texts.line(value, Texts.LINE));
    }
  }

  /** Why, with the last lines of what failed. */
  static String detail(Message message) {
    Rollout rollout = message.deployment();
    Failure failure = rollout == null ? null : rollout.failure();
    if (failure == null) {
      return message.text();
    }
    String what = failure.step() + (failure.service() == null ? "" : " " + failure.service());
    String tail = String.join("\n", failure.logTail());
    return what + ": " + failure.reason() + (tail.isEmpty() ? "" : "\n\n" + tail);
  }

  /** All of it as plain text. */
  static String plain(Message message) {
    String facts =
        facts(message).entrySet().stream()
            .map(fact -> fact.getKey() + ": " + fact.getValue())
            .collect(Collectors.joining("\n"));
    String detail = detail(message);
    return detail.isEmpty() ? facts : detail + "\n\n" + facts;
  }
}
