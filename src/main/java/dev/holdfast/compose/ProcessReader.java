package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.ContainerSpec.Lifecycle;
import dev.holdfast.model.ContainerSpec.Process;
import dev.holdfast.model.Healthcheck;
import dev.holdfast.model.RestartPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What runs in the container, how its health is asked, how it is restarted and stopped. */
final class ProcessReader {
  private static final Set<String> TESTS = Set.of("CMD", "CMD-SHELL", "NONE");
  private static final Pattern ON_FAILURE = Pattern.compile("on-failure(?::([0-9]{1,6}))?");
  private static final Pattern SIGNAL = Pattern.compile("[A-Za-z0-9+-]{1,20}");
  private static final int MOST_RETRIES = 1_000_000;

  private final Fields service;

  ProcessReader(Fields service) {
    this.service = service;
  }

  Process process() {
    String workingDir = service.text("working_dir");
    if (workingDir != null && !workingDir.startsWith("/")) {
      service.error("working_dir", "must be an absolute path in the container");
    }
    return new Process(
        command(service, "entrypoint"),
        command(service, "command"),
        service.text("user"),
        workingDir,
        service.isTrue("tty"),
        service.isTrue("stdin_open"),
        service.flag("init"),
        service.isTrue("read_only"));
  }

  /**
   * Null is the image's own; an empty text or list is none. A text is split as a shell would, but
   * no shell runs.
   */
  static @Nullable List<String> command(Fields fields, String key) {
    Value value = fields.get(key);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Scalar scalar)) {
      return fields.texts(key);
    }
    Optional<ShellWords.Result> words =
        scalar.text().indexOf('\0') >= 0 ? Optional.empty() : ShellWords.split(scalar.text());
    if (words.isEmpty()) {
      fields.error(
          key,
          "cannot be split into words: a quote or bracket does not pair up; write it as a list");
      return null;
    }
    if (words.get().cut() != null) {
      fields.warn(
          key,
          "runs without a shell, so compose drops everything from the '"
              + words.get().cut()
              + "' on; write [\"sh\", \"-c\", \"…\"] if a shell is meant");
    }
    return words.get().words();
  }

  @Nullable Healthcheck healthcheck() {
    Fields fields = service.child("healthcheck");
    if (fields == null) {
      return null;
    }
    Keys.HEALTHCHECK.check(fields);
    List<String> test = fields.isTrue("disable") ? List.of("NONE") : test(fields);
    return new Healthcheck(
        test,
        fields.duration("interval"),
        fields.duration("timeout"),
        fields.duration("start_period"),
        fields.duration("start_interval"),
        fields.integer("retries", 0, MOST_RETRIES));
  }

  private static @Nullable List<String> test(Fields fields) {
    Value value = fields.get("test");
    if (value instanceof Scalar scalar) {
      return scalar.text().isEmpty() ? null : List.of("CMD-SHELL", scalar.text());
    }
    List<String> test = fields.texts("test");
    if (test.isEmpty()) {
      return null;
    }
    boolean empty = test.size() == 1 && !test.getFirst().equals("NONE");
    if (!TESTS.contains(test.getFirst()) || empty) {
      fields.error(
          "test",
          "must start with CMD, CMD-SHELL or NONE and, but for NONE, name a command; write [\"CMD\", …], or one text for a shell");
      return null;
    }
    return test.getFirst().equals("NONE") ? List.of("NONE") : test;
  }

  RestartPolicy restart() {
    Fields deploy = service.child("deploy");
    Fields policy = deploy == null ? null : deploy.child("restart_policy");
    if (policy != null) {
      return swarmPolicy(policy);
    }
    String text = service.text("restart");
    return text == null ? RestartPolicy.NO : restart(text);
  }

  private RestartPolicy restart(String text) {
    Matcher onFailure = ON_FAILURE.matcher(text);
    if (onFailure.matches()) {
      return new RestartPolicy(
          RestartPolicy.Name.ON_FAILURE,
          onFailure.group(1) == null ? 0 : Integer.parseInt(onFailure.group(1)));
    }
    return switch (text) {
      case "no" -> RestartPolicy.NO;
      case "always" -> new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
      case "unless-stopped" -> new RestartPolicy(RestartPolicy.Name.UNLESS_STOPPED, 0);
      default -> {
        service.error(
            "restart", "must be \"no\", always, unless-stopped, on-failure or on-failure:3");
        yield RestartPolicy.NO;
      }
    };
  }

  private static RestartPolicy swarmPolicy(Fields policy) {
    Keys.RESTART_POLICY.check(policy);
    Integer attempts = policy.integer("max_attempts", 0, MOST_RETRIES);
    String condition = Optional.ofNullable(policy.text("condition")).orElse("any");
    return switch (condition.toLowerCase(Locale.ROOT)) {
      case "none", "no" -> RestartPolicy.NO;
      case "on-failure" ->
          new RestartPolicy(RestartPolicy.Name.ON_FAILURE, attempts == null ? 0 : attempts);
      case "unless-stopped" -> new RestartPolicy(RestartPolicy.Name.UNLESS_STOPPED, 0);
      case "any", "always" -> new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
      default -> {
        policy.error("condition", "must be none, on-failure or any");
        yield RestartPolicy.NO;
      }
    };
  }

  Lifecycle lifecycle() {
    String signal = service.text("stop_signal");
    if (signal != null && !SIGNAL.matcher(signal).matches()) {
      service.error("stop_signal", "is not a signal; write it such as SIGINT or 2");
    }
    Duration grace = service.duration("stop_grace_period");
    return new Lifecycle(signal, grace);
  }
}
