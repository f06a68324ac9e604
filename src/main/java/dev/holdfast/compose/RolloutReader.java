package dev.holdfast.compose;

import dev.holdfast.compose.Value.Scalar;
import dev.holdfast.model.After;
import dev.holdfast.model.Backup;
import dev.holdfast.model.Environment;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.Mode;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.ServiceSpec;
import dev.holdfast.model.Smoke;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The top-level {@code x-holdfast}: how a release of the app is rolled out. */
final class RolloutReader {
  private static final int OK = 200;

  private final Project project;
  private final SortedMap<String, ServiceSpec> specs;
  private final Set<String> services;

  /** {@code specs}: the services that are part of the release. */
  RolloutReader(Project project, SortedMap<String, ServiceSpec> specs) {
    this.project = project;
    this.specs = specs;
    this.services = specs.keySet();
  }

  RolloutSpec read(Fields file) {
    Fields holdfast = file.child("x-holdfast");
    if (holdfast == null) {
      return RolloutSpec.DEFAULT;
    }
    Keys.HOLDFAST.check(holdfast);
    WatchReader.Read watch = new WatchReader(project.permissions(), services).read(holdfast);
    SortedMap<String, Backup> backups = new BackupReader(specs, this::service).read(holdfast);
    return new RolloutSpec(
        each(holdfast, "migrate", fields -> migration(fields, backups)),
        each(holdfast, "smoke", this::smoke),
        each(holdfast, "after", this::after),
        watch.watch(),
        watch.guards(),
        backups);
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

  private Optional<Migration> migration(Fields fields, SortedMap<String, Backup> backups) {
    Keys.MIGRATION.check(fields);
    List<String> command = ProbeReader.required(fields, "command");
    Environment environment = new EnvironmentReader(project).declared(fields, "environment");
    Duration timeout = ProbeReader.positive(fields, "timeout", Migration.DEFAULT_TIMEOUT);
    Mode mode = mode(fields);
    OnRollback onRollback = onRollback(fields, backups);
    List<String> status = status(fields, command);
    return service(fields)
        .map(name -> new Migration(name, command, mode, environment, timeout, onRollback, status));
  }

  /** The very command that migrates can be no question. */
  private static @Nullable List<String> status(Fields fields, List<String> command) {
    if (fields.get("status") == null) {
      return null;
    }
    List<String> status = ProbeReader.required(fields, "status");
    if (!status.isEmpty() && status.equals(command)) {
      fields.error(
          "status",
          "is the command that migrates; name one that only says what would be applied, such as"
              + " [npx, prisma, migrate, status]");
    }
    return status;
  }

  private static Mode mode(Fields fields) {
    String mode = fields.text("mode");
    if (mode != null && !mode.equals("run") && !mode.equals("exec")) {
      fields.error("mode", "must be run or exec");
    }
    return "exec".equals(mode) ? Mode.EXEC : Mode.RUN;
  }

  private static OnRollback onRollback(Fields fields, SortedMap<String, Backup> backups) {
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
    if (map.has("command") && map.has("restore")) {
      map.error("restore", "stands beside command; one of the two is done, so write only one");
    }
    return map.has("restore")
        ? restore(map, backups)
        : new OnRollback.Command(ProbeReader.required(map, "command"));
  }

  private static OnRollback restore(Fields map, SortedMap<String, Backup> backups) {
    String name = map.text("restore");
    Backup backup = name == null ? null : backups.get(name);
    if (name == null || backup == null) {
      map.error(
          "restore",
          "must name a backup of x-holdfast.backup"
              + (name == null ? "" : map.problems().hint(name, backups.keySet())));
      return new OnRollback.Keep();
    }
    if (!backup.canBeRestored()) {
      map.error("restore", "names a backup that has no `restore` command; add one to it");
    }
    return new OnRollback.Restore(name);
  }

  private static OnRollback word(Fields fields, String word) {
    return switch (word) {
      case "keep" -> new OnRollback.Keep();
      case "hold" -> new OnRollback.Hold();
      default -> {
        fields.error("on-rollback", "must be keep, hold, {command: […]} or {restore: NAME}");
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
    return Urls.read(fields, "http", project.permissions())
        .map(url -> new Smoke.Http(url, status == null ? OK : status, fields.text("body")));
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
