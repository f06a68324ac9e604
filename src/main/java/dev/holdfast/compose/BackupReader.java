package dev.holdfast.compose;

import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.Backup.Kind;
import dev.holdfast.model.HostPath;
import dev.holdfast.model.MountSpec;
import dev.holdfast.model.ServiceSpec;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code x-holdfast.backup}: what is saved before a release migrates. */
final class BackupReader {
  /** It becomes the name of a file. */
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");

  private static final List<String> KINDS = List.of("service", "volume", "path");
  private static final int MOST = 50;

  private final SortedMap<String, ServiceSpec> services;
  private final Function<Fields, Optional<String>> service;

  /**
   * @param services those of the release
   * @param service reads the service that an entry names
   */
  BackupReader(
      SortedMap<String, ServiceSpec> services, Function<Fields, Optional<String>> service) {
    this.services = services;
    this.service = service;
  }

  SortedMap<String, Backup> read(Fields holdfast) {
    SortedMap<String, Backup> found = new TreeMap<>();
    List<Value> items = holdfast.items("backup");
    if (items.size() > MOST) {
      holdfast.error("backup", "has more than " + MOST + " entries; shorten it");
      return found;
    }
    for (int i = 0; i < items.size(); i++) {
      Fields fields =
          Fields.of(items.get(i), holdfast.path("backup") + "[" + i + "]", holdfast.problems());
      if (fields != null) {
        read(fields, found);
      }
    }
    return found;
  }

  private void read(Fields fields, SortedMap<String, Backup> found) {
    List<String> given = KINDS.stream().filter(kind -> fields.get(kind) != null).toList();
    if (given.size() != 1) {
      fields
          .problems()
          .error(
              fields.mapping().place(),
              fields.path() + " needs exactly one of service, volume and path");
      return;
    }
    String kind = given.getFirst();
    keys(kind).check(fields);
    String name = name(fields, found);
    Duration timeout = ProbeReader.positive(fields, "timeout", Backup.DEFAULT_TIMEOUT);
    Optional<From> from =
        switch (kind) {
          case "service" -> command(fields);
          case "volume" -> volume(fields);
          default -> files(fields);
        };
    if (name != null) {
      from.ifPresent(of -> found.put(name, new Backup(of, timeout)));
    }
  }

  private static Keys keys(String kind) {
    return switch (kind) {
      case "service" -> Keys.BACKUP_COMMAND;
      case "volume" -> Keys.BACKUP_VOLUME;
      default -> Keys.BACKUP_PATH;
    };
  }

  private static @Nullable String name(Fields fields, SortedMap<String, Backup> found) {
    String name = fields.text("name");
    if (name == null) {
      fields.error("name", "is missing; the backup is kept and restored by its name");
      return null;
    }
    if (!NAME.matcher(name).matches()) {
      fields.error(
          "name",
          "must begin with a lower-case letter or digit and have up to 63 of a-z, 0-9, '_' and '-'");
      return null;
    }
    if (found.containsKey(name)) {
      fields.error("name", "is the name of another backup too; give each its own");
      return null;
    }
    return name;
  }

  private Optional<From> command(Fields fields) {
    List<String> command = ProbeReader.required(fields, "command");
    List<String> verify = optional(fields, "verify");
    List<String> restore = optional(fields, "restore");
    return service.apply(fields).map(name -> new From.Command(name, command, verify, restore));
  }

  private static List<String> optional(Fields fields, String key) {
    return fields.get(key) == null ? List.of() : ProbeReader.required(fields, key);
  }

  private Optional<From> volume(Fields fields) {
    String volume = fields.text("volume");
    if (volume == null) {
      fields.error("volume", "is empty; name a volume of this file");
      return Optional.empty();
    }
    return mounted(fields, "volume", Kind.VOLUME, volume);
  }

  private Optional<From> files(Fields fields) {
    String path = fields.text("path");
    Optional<String> below =
        path == null || path.startsWith("/") ? Optional.empty() : SourcePaths.below("", path);
    if (below.isEmpty() || below.get().isEmpty()) {
      fields.error("path", "must be a path below the project directory, such as uploads");
      return Optional.empty();
    }
    return mounted(fields, "path", Kind.FILES, below.get());
  }

  private Optional<From> mounted(Fields fields, String key, Kind kind, String source) {
    boolean pause = fields.isTrue("pause");
    Optional<From> from =
        services.values().stream()
            .flatMap(spec -> targets(spec, kind, source, pause))
            .min(Comparator.comparing(From.Mounted::service).thenComparing(From.Mounted::target))
            .map(From.class::cast);
    if (from.isEmpty()) {
      fields.error(
          key,
          "is mounted by no service of this release that may write there: it is read and restored through"
              + " such a service's container");
    }
    return from;
  }

  private static Stream<From.Mounted> targets(
      ServiceSpec spec, Kind kind, String source, boolean pause) {
    return spec.container().mounts().stream()
        .filter(mount -> !mount.readOnly())
        .flatMap(mount -> target(mount, kind, source).stream())
        .map(target -> new From.Mounted(kind, source, spec.name(), target, pause));
  }

  /** Where a mount shows all of the source; empty where it does not. */
  private static Optional<String> target(MountSpec mount, Kind kind, String source) {
    if (kind == Kind.VOLUME) {
      return mount instanceof MountSpec.Named named
              && named.volume().equals(source)
              && named.subpath() == null
          ? Optional.of(named.target())
          : Optional.empty();
    }
    return mount instanceof MountSpec.Bind bind && bind.source() instanceof HostPath.InProject in
        ? SourcePaths.within(in.path(), source)
            .map(rest -> rest.isEmpty() ? bind.target() : bind.target() + "/" + rest)
        : Optional.empty();
  }
}
