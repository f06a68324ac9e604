package dev.holdfast.config;

import dev.holdfast.config.AppConfig.Approval;
import dev.holdfast.config.AppConfig.Keep;
import dev.holdfast.config.AppConfig.Login;
import dev.holdfast.config.AppConfig.Origin;
import dev.holdfast.config.AppConfig.Permission;
import dev.holdfast.config.AppConfig.Versions;
import dev.holdfast.config.Surroundings.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One entry of {@code apps:}. */
final class AppReader {
  private static final int MOST_KEPT = 1_000;
  private static final Duration SETTLE = Duration.ofMinutes(1);
  private static final Duration LEAST_WAIT = Duration.ofMinutes(1);
  private static final Duration LEAST_AGE = Duration.ofHours(1);

  private AppReader() {}

  /** Empty where it has no usable source; the reason is noted. */
  static Optional<AppConfig> read(String name, Section app, Set<String> notifiers) {
    Optional<Origin> source = origin(app);
    @Nullable Path directory = app.parse("directory", Values::absolutePath).orElse(null);
    List<String> compose = app.list("compose", AppReader::file);
    Versions versions =
        app.parse("versions", AppReader::versions)
            .orElse(new Versions.InSource("versions.yaml", false));
    List<Path> envFiles = app.files("env-files", Kind.SECRET);
    List<String> requireEnv = app.list("require-env", Values::variable);
    List<Permission> allow = app.list("allow", Values.oneOf(Permission.class));
    List<Path> allowPaths = app.list("allow-paths", Values::absolutePath);
    List<String> images = app.list("allow-images", AppReader::imagePattern);
    if (app.has("allow-images") && images.isEmpty()) {
      app.problem(
          "allow-images",
          "allows no image, so that the app could never run; list patterns such as ghcr.io/acme/*");
    }
    List<String> urls = app.list("allow-urls", AppReader::urlPattern);
    Duration settle = app.parse("settle", Values::duration).orElse(SETTLE);
    Section approval = app.isMap("approval") ? app.section("approval") : null;
    Approval required = approval(app, approval);
    @Nullable Duration expires =
        approval == null
            ? null
            : approval.parse("expires", Values.duration(LEAST_WAIT, "1m")).orElse(null);
    if (approval != null) {
      approval.done();
    }
    List<AppConfig.Window> window =
        app.sections("window").stream()
            .flatMap(entry -> WindowReader.read(entry).stream())
            .toList();
    List<AppConfig.Freeze> freeze =
        app.sections("freeze").stream()
            .flatMap(entry -> FreezeReader.read(entry).stream())
            .toList();
    @Nullable String group = app.parse("group", AppReader::group).orElse(null);
    List<String> notify = app.list("notify", known(notifiers));
    List<String> beside = app.list("beside", AppReader::project);
    Keep keep = keep(app.section("keep"));
    app.done();
    return source.map(
        origin ->
            new AppConfig(
                name,
                origin,
                directory,
                compose,
                versions,
                envFiles,
                requireEnv,
                Set.copyOf(allow),
                allowPaths,
                images.isEmpty() ? List.of("*") : images,
                app.has("allow-urls") ? none(urls) : List.of("*"),
                settle,
                required,
                expires,
                window,
                freeze,
                group,
                notify,
                beside,
                keep));
  }

  /** One of two words, or a map that says more. */
  private static Approval approval(Section app, @Nullable Section map) {
    if (map == null) {
      return app.parse("approval", Values.oneOf(Approval.class)).orElse(Approval.NONE);
    }
    map.require("required", "give true, or leave `approval` out");
    return map.flag("required") ? Approval.REQUIRED : Approval.NONE;
  }

  private static Optional<Origin> origin(Section app) {
    if (!app.has("source")) {
      app.problem("'source' is missing; give source.git or source.directory");
      return Optional.empty();
    }
    Section source = app.section("source");
    boolean git = source.has("git");
    Optional<Origin> directory =
        source.parse("directory", Values::absolutePath).map(Origin.Directory::new);
    Optional<Origin> repository = git ? repository(source.section("git")) : Optional.empty();
    source.done();
    if (git == source.has("directory")) {
      source.problem(git ? "has both git and directory; remove one" : "needs git or directory");
      return Optional.empty();
    }
    return git ? repository : directory;
  }

  private static Optional<Origin> repository(Section git) {
    git.require("url", "give the repository's URL");
    git.require("ref", "give a branch, a tag or a full ref name");
    Optional<String> url = git.parse("url", Addresses::gitUrl);
    Optional<String> ref = git.parse("ref", Addresses::ref);
    String path = git.parse("path", Values::sourcePath).orElse("");
    Login login = LoginReader.read(git, url);
    git.done();
    return url.flatMap(valid -> ref.map(name -> new Origin.Git(valid, name, path, login)));
  }

  private static String file(String text) {
    String path = Values.sourcePath(text);
    if (path.isEmpty()) {
      throw new IllegalArgumentException("is not a file in the source");
    }
    return path;
  }

  private static Versions versions(String text) {
    return text.startsWith("/")
        ? new Versions.OnServer(Values.absolutePath(text))
        : new Versions.InSource(file(text), true);
  }

  private static String project(String text) {
    if (!text.matches("[a-z0-9][a-z0-9_-]*")) {
      throw new IllegalArgumentException(
          "is not the name of a Compose project; `docker compose ls` lists them");
    }
    return text;
  }

  private static String group(String text) {
    if (!text.matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")) {
      throw new IllegalArgumentException(
          "is not a name for a group; use letters, digits, `-`, `_` and `.`");
    }
    return text;
  }

  private static String imagePattern(String text) {
    if (text.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
      throw new IllegalArgumentException("is not a pattern of images; write it as ghcr.io/acme/*");
    }
    return text;
  }

  private static String urlPattern(String text) {
    if (!text.equals("*") && !text.matches("https?://[^\\s/@]+(/\\S*)?")) {
      throw new IllegalArgumentException(
          "is not a pattern of addresses; write it as http://127.0.0.1:9090/*");
    }
    return text.equals("*") || text.indexOf('/', text.indexOf("://") + 3) > 0 ? text : text + "/";
  }

  /**
   * An empty list allows nothing, and a pattern that no address has says so to those who compare.
   */
  private static List<String> none(List<String> patterns) {
    return patterns.isEmpty() ? List.of("none") : patterns;
  }

  private static Function<String, String> known(Set<String> notifiers) {
    return text -> {
      if (!notifiers.contains(text)) {
        throw new IllegalArgumentException(
            "is not among the notifiers" + Closest.hint(text, notifiers));
      }
      return text;
    };
  }

  private static Keep keep(Section section) {
    int releases =
        section.parse("releases", Values.number(1, MOST_KEPT)).orElse(Keep.DEFAULT.releases());
    int backups =
        section.parse("backups", Values.number(1, MOST_KEPT)).orElse(Keep.DEFAULT.backups());
    Duration age =
        section
            .parse("backup-age", Values.duration(LEAST_AGE, "1h"))
            .orElse(Keep.DEFAULT.backupAge());
    Duration records =
        section.parse("records", Values.duration(LEAST_AGE, "1h")).orElse(Keep.DEFAULT.records());
    section.done();
    return new Keep(releases, backups, age, records);
  }
}
