package dev.holdfast.reconcile;

import dev.holdfast.compose.DotEnv;
import dev.holdfast.compose.LoadRequest;
import dev.holdfast.compose.LoadResult;
import dev.holdfast.compose.Permissions;
import dev.holdfast.compose.Problem;
import dev.holdfast.git.Source;
import dev.holdfast.git.SourceException;
import dev.holdfast.model.DesiredState;
import dev.holdfast.model.ImageWish;
import dev.holdfast.model.PinnedImage;
import dev.holdfast.model.Release;
import dev.holdfast.registry.Registry;
import dev.holdfast.store.Redactor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Hops 2 to 4 for real: the source's files become a desired state, and each tag or range becomes a
 * digest, once a look. A registry that does not answer for one image leaves the whole release
 * unknown, because a release is one whole.
 */
public final class SourceDefinition implements Definition {
  private final Settings settings;
  private final Source source;
  private final Pins pins;
  private final Redactor redactor;
  private final KnownFiles files = new KnownFiles();
  private @Nullable Resolved last;

  /** A desired state with its images, and the release that they are. */
  private record Resolved(
      DesiredState desired, Map<ImageWish, PinnedImage> pinned, Release release) {}

  /**
   * @param versionsFile in the source, or absolute
   * @param envFiles read at each look; their values are secrets
   * @param serverFiles reads what lies in the project directory, or is absolute and allowed
   */
  public record Settings(
      String app,
      List<String> composeFiles,
      String versionsFile,
      List<Path> envFiles,
      List<String> requireEnv,
      Permissions permissions,
      Function<String, Optional<byte[]>> serverFiles) {}

  public SourceDefinition(Settings settings, Source source, Registry registry, Redactor redactor) {
    this(settings, source, registry, redactor, null);
  }

  /**
   * @param tags holds back what moves to where it was before; null: all is followed at once
   */
  public SourceDefinition(
      Settings settings,
      Source source,
      Registry registry,
      Redactor redactor,
      @Nullable SettledTags tags) {
    this.settings = settings;
    this.source = source;
    this.pins = new Pins(registry, tags);
    this.redactor = redactor;
  }

  @Override
  public Look look() {
    try {
      return look(source.look());
    } catch (SourceException e) {
      return new Look(null, null, null, "source", List.of(EngineCalls.message(e)), List.of());
    }
  }

  /**
   * @throws SourceException where a file of the snapshot cannot be read, which the snapshot alone
   *     does not tell
   */
  private Look look(Source.Snapshot snapshot) {
    Map<String, String> variables = new TreeMap<>();
    List<String> problems = readEnvFiles(variables);
    if (!problems.isEmpty()) {
      return unknown(snapshot, "files", problems, List.of());
    }
    KnownFiles.Read read =
        files.read(
            new LoadRequest(
                settings.app(),
                snapshot.tree(),
                settings.composeFiles(),
                settings.versionsFile(),
                variables,
                settings.permissions(),
                settings.serverFiles()));
    List<String> warnings = texts(read.result().warnings());
    return switch (read.result()) {
      case LoadResult.Refused refused ->
          unknown(snapshot, "files", texts(refused.problems()), warnings);
      case LoadResult.Loaded loaded -> {
        Set<String> names = new HashSet<>(loaded.state().services().keySet());
        names.add(settings.app());
        Secrets.registerAll(read.variables(), names, redactor);
        List<String> missing = missing(read.variables());
        yield missing.isEmpty()
            ? resolved(snapshot, loaded.state(), read.files(), warnings)
            : unknown(snapshot, "files", missing, warnings);
      }
    };
  }

  private static Look unknown(
      Source.Snapshot snapshot, String kind, List<String> problems, List<String> warnings) {
    return new Look(snapshot.revision(), snapshot.ref(), null, kind, problems, warnings);
  }

  private static List<String> texts(List<Problem> problems) {
    return problems.stream().map(Problem::toString).toList();
  }

  /** All that are missing at once, before anything is touched. */
  private List<String> missing(Map<String, String> variables) {
    return settings.requireEnv().stream()
        .filter(name -> variables.getOrDefault(name, "").isEmpty())
        .map(
            name ->
                "variable "
                    + name
                    + " is required by apps."
                    + settings.app()
                    + ".require-env in agent.yaml and is not set or empty; set it in one of the app's env-files")
        .toList();
  }

  private List<String> readEnvFiles(Map<String, String> variables) {
    List<String> problems = new ArrayList<>();
    for (Path file : settings.envFiles()) {
      try {
        DotEnv.Result parsed =
            DotEnv.parse(Files.readString(file, StandardCharsets.UTF_8), variables::get);
        parsed
            .faults()
            .forEach(fault -> problems.add(file + ":" + fault.line() + ":1: " + fault.message()));
        variables.putAll(parsed.values());
        parsed.values().forEach((name, value) -> Secrets.register(name, value, redactor));
      } catch (IOException e) {
        problems.add(
            file
                + ": could not be read: "
                + e.getClass().getSimpleName()
                + "; create it, or remove it from env-files in agent.yaml");
      }
    }
    return problems;
  }

  private Look resolved(
      Source.Snapshot snapshot, DesiredState desired, List<String> files, List<String> warnings) {
    List<String> problems = new ArrayList<>();
    List<String> notices = new ArrayList<>(warnings);
    Map<ImageWish, PinnedImage> pinned = pins.of(desired, problems, notices);
    if (!problems.isEmpty()) {
      return unknown(snapshot, "registry", problems, warnings);
    }
    Target target =
        new Target(
            release(desired, pinned),
            desired.name(),
            snapshot.revision(),
            snapshot.ref(),
            snapshot.commitTime(),
            files,
            snapshot.tree());
    return new Look(
        snapshot.revision(),
        snapshot.ref(),
        target,
        null,
        List.of(),
        notices.stream().distinct().toList());
  }

  /** The very release of the last look where it is the same, whose id is known. */
  private Release release(DesiredState desired, Map<ImageWish, PinnedImage> pinned) {
    Resolved known = last;
    if (known == null || !known.desired().equals(desired) || !known.pinned().equals(pinned)) {
      known = new Resolved(desired, pinned, of(desired, pinned));
      last = known;
    }
    return known.release();
  }

  private static Release of(DesiredState desired, Map<ImageWish, PinnedImage> pinned) {
    SortedMap<String, Release.Service> services = new TreeMap<>();
    desired
        .services()
        .forEach(
            (name, spec) -> {
              ImageWish wish = desired.images().get(name);
              PinnedImage image = wish == null ? null : pinned.get(wish);
              if (image != null) {
                services.put(name, new Release.Service(spec, image));
              }
            });
    return new Release(
        desired.app(), services, desired.networks(), desired.volumes(), desired.rollout());
  }
}
