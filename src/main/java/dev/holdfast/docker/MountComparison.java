package dev.holdfast.docker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a comparison that is about mounts, by their targets. A volume without a name may be
 * any such volume. A copy of a tracked file may also be the file that docker compose mounted, in
 * the project directory, while that has the same content.
 */
final class MountComparison {
  private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

  private final Comparison.Wanted wanted;
  private final JsonNode found;
  private final List<String> differences = new ArrayList<>();

  private MountComparison(Comparison.Wanted wanted, JsonNode found) {
    this.wanted = wanted;
    this.found = found;
  }

  /**
   * @param source a path, a volume's name, or empty for a volume without one and for memory
   * @param options what else tells two apart, in one text
   */
  private record Mount(String type, String source, boolean readOnly, String options) {}

  static List<String> of(Comparison.Wanted wanted, JsonNode inspected) {
    MountComparison comparison = new MountComparison(wanted, inspected);
    comparison.compare();
    return comparison.differences;
  }

  private void compare() {
    SortedMap<String, Mount> asked = asked();
    SortedMap<String, Mount> there = there();
    Set<String> targets = new TreeSet<>(asked.keySet());
    targets.addAll(there.keySet());
    for (String target : targets) {
      Mount want = asked.get(target);
      Mount have = there.get(target);
      if (want == null) {
        differences.add("volumes (" + target + " is mounted and not asked for)");
      } else if (have == null) {
        differences.add("volumes (" + target + " is not mounted)");
      } else if (!isSame(want, have)) {
        differences.add("volumes (" + target + ")");
      }
    }
  }

  private boolean isSame(Mount want, Mount have) {
    return want.type().equals(have.type())
        && want.readOnly() == have.readOnly()
        && want.options().equals(have.options())
        && (want.source().equals(have.source())
            || (want.type().equals("bind") && isSamePath(want.source(), have.source())));
  }

  private boolean isSamePath(String want, String have) {
    Path copies = wanted.request().configDirectory();
    Path source = path(want);
    if (source != null && source.startsWith(copies)) {
      Path actual = path(have);
      String hash = copies.relativize(source).getName(0).toString();
      return actual != null
          && real(actual).startsWith(real(wanted.request().projectDirectory()))
          && wanted.content().isAt(have, hash, startedAt());
    }
    return Objects.equals(real(source), real(path(have)));
  }

  private @Nullable Instant startedAt() {
    return ObservedMapper.instant(found.path("State").path("StartedAt").asText());
  }

  private static @Nullable Path path(String text) {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /**
   * A project directory may be reached through a link, and docker compose writes what it was told.
   */
  private static Path real(@Nullable Path path) {
    if (path == null) {
      return Path.of("");
    }
    try {
      return path.toRealPath();
    } catch (IOException e) {
      Path parent = path.getParent();
      return parent == null ? path : real(parent).resolve(path.getFileName());
    }
  }

  private SortedMap<String, Mount> asked() {
    JsonNode host = wanted.body().path("HostConfig");
    SortedMap<String, Mount> mounts = new TreeMap<>();
    for (String volume : Json.names(wanted.image().path("Volumes"))) {
      mounts.put(volume, new Mount("volume", "", false, ""));
    }
    for (String volume : Json.names(wanted.body().path("Volumes"))) {
      mounts.put(volume, new Mount("volume", "", false, ""));
    }
    for (JsonNode bind : host.path("Binds")) {
      String[] parts = bind.asText().split(":", 3);
      String options = parts.length > 2 ? parts[2] : "";
      boolean path = parts[0].startsWith("/");
      if (parts.length > 1) {
        boolean readOnly = List.of(options.split(",")).contains("ro");
        mounts.put(
            parts[1],
            new Mount(path ? "bind" : "volume", parts[0], readOnly, mode(options, path, "")));
      }
    }
    for (JsonNode mount : host.path("Mounts")) {
      mounts.put(mount.path("Target").asText(), asked(mount));
    }
    Json.textMap(host.path("Tmpfs"))
        .forEach((target, options) -> mounts.put(target, tmpfs(options)));
    return mounts;
  }

  private static Mount asked(JsonNode mount) {
    String type = mount.path("Type").asText();
    if (type.equals("tmpfs")) {
      return tmpfs(mount.path("TmpfsOptions"));
    }
    boolean bind = type.equals("bind");
    String propagation = mount.path("BindOptions").path("Propagation").asText();
    String subpath = mount.path("VolumeOptions").path("Subpath").asText();
    return new Mount(
        type,
        mount.path("Source").asText(),
        mount.path("ReadOnly").asBoolean(),
        mode(propagation, bind, subpath));
  }

  /** How a bind propagates, the engine's own way left out; SELinux labels; a volume's folder. */
  private static String mode(String options, boolean bind, String subpath) {
    Set<String> telling = new TreeSet<>();
    for (String option : options.split(",", -1)) {
      boolean propagates = bind && option.matches("r?(shared|slave|private)");
      if (bind && (option.equalsIgnoreCase("z") || (propagates && !option.equals("rprivate")))) {
        telling.add(option);
      }
    }
    return String.join(",", telling) + (subpath.isEmpty() ? "" : "/" + subpath);
  }

  private SortedMap<String, Mount> there() {
    SortedMap<String, Mount> mounts = new TreeMap<>();
    JsonNode host = found.path("HostConfig");
    for (JsonNode mount : found.path("Mounts")) {
      String target = mount.path("Destination").asText();
      JsonNode asked = askedFor(host.path("Mounts"), target);
      mounts.put(target, there(mount, asked));
    }
    Json.textMap(host.path("Tmpfs"))
        .forEach((target, options) -> mounts.put(target, tmpfs(options)));
    return mounts;
  }

  private static JsonNode askedFor(JsonNode mounts, String target) {
    for (JsonNode mount : mounts) {
      if (mount.path("Target").asText().equals(target)) {
        return mount;
      }
    }
    return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
  }

  private static Mount there(JsonNode mount, JsonNode asked) {
    String type = mount.path("Type").asText();
    if (type.equals("tmpfs")) {
      return tmpfs(asked.path("TmpfsOptions"));
    }
    boolean bind = type.equals("bind");
    String name = mount.path("Name").asText();
    String volume = ANONYMOUS.matcher(name).matches() ? "" : name;
    String mode = mount.path("Mode").asText() + "," + mount.path("Propagation").asText();
    return new Mount(
        type,
        bind ? mount.path("Source").asText() : volume,
        !mount.path("RW").asBoolean(),
        mode(mode, bind, asked.path("VolumeOptions").path("Subpath").asText()));
  }

  private static Mount tmpfs(JsonNode options) {
    List<String> text = new ArrayList<>();
    if (options.path("SizeBytes").asLong() > 0) {
      text.add("size=" + options.path("SizeBytes").asLong());
    }
    if (options.path("Mode").asInt() > 0) {
      text.add("mode=" + Integer.toOctalString(options.path("Mode").asInt()));
    }
    return tmpfs(String.join(",", text));
  }

  private static Mount tmpfs(String options) {
    Set<String> telling = new TreeSet<>();
    for (String option : options.split(",", -1)) {
      if (!option.isEmpty() && !option.equals("rw")) {
        telling.add(plain(option));
      }
    }
    return new Mount("tmpfs", "", false, String.join(",", telling));
  }

  private static String plain(String option) {
    if (option.startsWith("mode=")) {
      return "mode=" + option.substring(5).replaceFirst("^0+(?=.)", "");
    }
    return option.startsWith("size=") ? "size=" + bytes(option.substring(5)) : option;
  }

  private static String bytes(String size) {
    String unit = size.replaceAll("[0-9]", "").toLowerCase(Locale.ROOT).replaceFirst("i?b$", "");
    String number = size.replaceAll("[^0-9]", "");
    int shift = List.of("", "k", "m", "g").indexOf(unit);
    return shift < 0 || number.isEmpty() || number.length() > 12
        ? size
        : Long.toString(Long.parseLong(number) << (10 * shift));
  }
}
