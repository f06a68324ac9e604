package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.After;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.Mode;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.Smoke;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The top-level {@code x-holdfast}: how a release of the app is rolled out. */
final class RolloutReader {
  private static final int OK = 200;

  private final Project project;
  private final Set<String> services;

  /** {@code services}: those that are part of the release. */
  RolloutReader(Project project, Set<String> services) {
    this.project = project;
    this.services = services;
  }

  RolloutSpec read(Fields file) {
    Fields holdfast = file.child("x-holdfast");
    if (holdfast == null) {
      return RolloutSpec.DEFAULT;
    }
    Keys.HOLDFAST.check(holdfast);
    Duration watch = holdfast.duration("watch");
    return new RolloutSpec(
        each(holdfast, "migrate", this::migration),
        each(holdfast, "smoke", this::smoke),
        each(holdfast, "after", this::after),
        watch == null ? RolloutSpec.DEFAULT_WATCH : watch);
  }

  /** One map or a list of them. */
  private static <T> List<T> each(
      Fields holdfast, String key, Function<Fields, Optional<T>> reader) {
    List<T> found = new ArrayList<>();
    List<Value> items = holdfast.items(key);
    for (int i = 0; i < items.size(); i++) {
      Fields fields =
          Fields.of(items.get(i), holdfast.path(key) + "[" + i + "]", holdfast.problems());
      if (fields != null) {
        reader.apply(fields).ifPresent(found::add);
      }
    }
    return found;
  }

  private Optional<String> service(Fields fields) {
    Scalar written = fields.scalar("service");
    if (written == null || written.text().isEmpty()) {
      fields.error("service", "is missing; name the service whose image or container runs this");
      return Optional.empty();
    }
    String name = written.text();
    if (!services.contains(name)) {
      fields.error(
          "service",
          "names "
              + written.shown()
              + ", which is no service of this release"
              + fields.problems().hint(name, services)
              + "; a service whose profile is not active counts as none");
      return Optional.empty();
    }
    return Optional.of(name);
  }

  private Optional<Migration> migration(Fields fields) {
    Keys.MIGRATION.check(fields);
    List<String> command = ProbeReader.required(fields, "command");
    Environment environment = new EnvironmentReader(project).declared(fields, "environment");
    Duration timeout = ProbeReader.positive(fields, "timeout", Migration.DEFAULT_TIMEOUT);
    Mode mode = mode(fields);
    OnRollback onRollback = onRollback(fields);
    return service(fields)
        .map(name -> new Migration(name, command, mode, environment, timeout, onRollback));
  }

  private static Mode mode(Fields fields) {
    String mode = fields.text("mode");
    if (mode != null && !mode.equals("run") && !mode.equals("exec")) {
      fields.error("mode", "must be run or exec");
    }
    return "exec".equals(mode) ? Mode.EXEC : Mode.RUN;
  }

  private static OnRollback onRollback(Fields fields) {
    Value value = fields.get("on-rollback");
    if (value == null) {
      return new OnRollback.Keep();
    }
    if (value instanceof Scalar scalar) {
      return word(fields, scalar.text());
    }
    Fields map = Fields.of(value, fields.path("on-rollback"), fields.problems());
    if (map == null) {
      return new OnRollback.Keep();
    }
    Keys.ON_ROLLBACK.check(map);
    return new OnRollback.Command(
        map.get("restore") == null ? ProbeReader.required(map, "command") : List.of());
  }

  private static OnRollback word(Fields fields, String word) {
    return switch (word) {
      case "keep" -> new OnRollback.Keep();
      case "hold" -> new OnRollback.Hold();
      default -> {
        fields.error("on-rollback", "must be keep, hold or {command: […]}");
        yield new OnRollback.Keep();
      }
    };
  }

  private Optional<Smoke> smoke(Fields fields) {
    if (fields.get("http") == null) {
      Keys.SMOKE_COMMAND.check(fields);
      List<String> command = ProbeReader.required(fields, "command");
      return service(fields).map(name -> new Smoke.Command(name, command));
    }
    Keys.SMOKE_HTTP.check(fields);
    Integer status = fields.integer("status", 100, 599);
    return url(fields)
        .map(url -> new Smoke.Http(url, status == null ? OK : status, fields.text("body")));
  }

  private static Optional<String> url(Fields fields) {
    String text = fields.text("http");
    if (text == null || !isUrl(text)) {
      fields.error("http", "must be a whole address that starts with http:// or https://");
      return Optional.empty();
    }
    return Optional.of(text);
  }

  private static boolean isUrl(String text) {
    try {
      URI uri = new URI(text);
      @Nullable String scheme = uri.getScheme();
      return uri.getHost() != null
          && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme));
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private Optional<After> after(Fields fields) {
    Keys.AFTER.check(fields);
    List<String> check = ProcessReader.command(fields, "check");
    List<String> command = ProbeReader.required(fields, "command");
    List<String> whenEnv = fields.texts("when-env");
    String name = fields.text("name");
    return service(fields)
        .map(
            service ->
                new After(
                    name == null ? service : name,
                    service,
                    check == null ? List.of() : check,
                    command,
                    whenEnv));
  }
}
