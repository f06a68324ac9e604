package dev.holdfast.agent;

import dev.holdfast.backup.Backups;
import dev.holdfast.backup.Retention;
import dev.holdfast.compose.Permissions;
import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AppConfig;
import dev.holdfast.config.AppConfig.Login;
import dev.holdfast.config.AppConfig.Origin;
import dev.holdfast.config.AppConfig.Permission;
import dev.holdfast.config.AppConfig.Versions;
import dev.holdfast.docker.Engine;
import dev.holdfast.git.DirectorySource;
import dev.holdfast.git.GitSettings;
import dev.holdfast.git.GitSource;
import dev.holdfast.git.GitUrl;
import dev.holdfast.git.Source;
import dev.holdfast.probe.NetProber;
import dev.holdfast.reconcile.App;
import dev.holdfast.reconcile.AppMemory;
import dev.holdfast.reconcile.AppPorts;
import dev.holdfast.reconcile.AppSettings;
import dev.holdfast.reconcile.RolloutGate;
import dev.holdfast.reconcile.SettledTags;
import dev.holdfast.reconcile.Signals;
import dev.holdfast.reconcile.SourceDefinition;
import dev.holdfast.reconcile.Time;
import dev.holdfast.registry.Registry;
import dev.holdfast.rollout.Rules;
import dev.holdfast.rollout.Timetable;
import dev.holdfast.store.Redactor;
import dev.holdfast.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes an app of agent.yaml runnable.
 *
 * @param engine and the rest: what all apps share
 */
record Assembly(
    Engine engine,
    Registry registry,
    Store store,
    Backups backups,
    Redactor redactor,
    Time time,
    Signals signals,
    Executor workers,
    RolloutGate gate,
    WatchedFiles watched) {

  App app(AgentConfig config, AppConfig app) {
    Path home = config.state().resolve("apps").resolve(app.name());
    AppSettings settings =
        new AppSettings(
            app.name(),
            config.environment(),
            config.server(),
            url(app.source()),
            config.interval(),
            directory(app),
            home.resolve("project"),
            app.compose().isEmpty() ? List.of("compose.yaml") : app.compose(),
            app.envFiles(),
            app.keep().releases(),
            app.keep().records(),
            new Retention(app.keep().backups(), app.keep().backupAge()),
            others(config, app),
            rules(app));
    Path project =
        Optional.ofNullable(settings.projectDirectory()).orElse(settings.defaultProjectDirectory());
    Source source = source(app, home);
    watched.put(app, source);
    SourceDefinition definition =
        new SourceDefinition(
            definition(app, project, new ProjectDirectory(settings, engine)),
            source,
            registry,
            redactor,
            new SettledTags(new AppMemory(store, app.name()), time, app.settle()));
    NetProber prober = new NetProber(engine::exec);
    return new App(
        settings,
        new AppPorts(
            definition,
            engine,
            registry,
            prober,
            store,
            backups,
            redactor,
            time,
            signals,
            workers,
            gate));
  }

  static Rules rules(AppConfig app) {
    List<Timetable.Window> windows =
        app.window().stream()
            .map(w -> new Timetable.Window(w.days(), w.from(), w.to(), w.zone()))
            .toList();
    List<Timetable.Freeze> freezes =
        app.freeze().stream()
            .map(f -> new Timetable.Freeze(f.from(), f.to(), f.zone(), f.reason()))
            .toList();
    return new Rules(
        app.approval() == AppConfig.Approval.REQUIRED,
        app.approvalExpires(),
        new Timetable(windows, freezes),
        app.group());
  }

  /** The other apps of its group. */
  static Set<String> companions(AgentConfig config, String name) {
    AppConfig app = config.apps().get(name);
    String group = app == null ? null : app.group();
    Set<String> companions = new TreeSet<>();
    config.apps().values().stream()
        .filter(other -> group != null && group.equals(other.group()))
        .map(AppConfig::name)
        .filter(other -> !other.equals(name))
        .forEach(companions::add);
    return companions;
  }

  private static Set<String> others(AgentConfig config, AppConfig app) {
    Set<String> others = new TreeSet<>(app.beside());
    others.addAll(config.apps().keySet());
    others.remove(app.name());
    return others;
  }

  /**
   * A directory that is the source is also where its relative bind mounts live: at the folder of
   * its first Compose file.
   */
  static @Nullable Path directory(AppConfig app) {
    if (app.directory() != null || !(app.source() instanceof Origin.Directory directory)) {
      return app.directory();
    }
    Path folder = app.compose().isEmpty() ? null : Path.of(app.compose().getFirst()).getParent();
    return folder == null ? directory.path() : directory.path().resolve(folder).normalize();
  }

  private static String url(Origin source) {
    return switch (source) {
      case Origin.Git git -> GitUrl.parse(git.url()).toString();
      case Origin.Directory directory -> directory.path().toString();
    };
  }

  static Source source(AppConfig app, Path home) {
    return switch (app.source()) {
      case Origin.Git git -> new GitSource(git(git), home.resolve("git"));
      case Origin.Directory directory -> new DirectorySource(directory.path());
    };
  }

  private static GitSettings git(Origin.Git git) {
    GitUrl url = GitUrl.parse(git.url());
    return switch (git.login()) {
      case Login.None none -> new GitSettings(url, git.ref(), git.path(), null, null, null, null);
      case Login.Password login ->
          new GitSettings(
              url, git.ref(), git.path(), login.username(), login.password(), null, null);
      case Login.SshKey key ->
          new GitSettings(
              url, git.ref(), git.path(), null, null, key.keyFile(), key.knownHostsFile());
    };
  }

  /**
   * @param project below which it may mount without leave
   * @param directory where its relative bind mounts live
   */
  static SourceDefinition.Settings definition(
      AppConfig app, Path project, Supplier<Path> directory) {
    List<Path> readable = new ArrayList<>(app.allowPaths());
    String versions =
        switch (app.versions()) {
          case Versions.InSource inSource -> inSource.path();
          case Versions.OnServer onServer -> {
            readable.add(onServer.path());
            yield onServer.path().toString();
          }
        };
    List<String> mountable =
        new ArrayList<>(app.allowPaths().stream().map(Path::toString).toList());
    mountable.add(project.toString());
    Permissions permissions =
        new Permissions(
            app.allow().stream().map(Permission::text).collect(Collectors.toSet()),
            mountable,
            app.allowImages(),
            app.allowUrls());
    return new SourceDefinition.Settings(
        app.name(),
        app.compose(),
        versions,
        app.envFiles(),
        app.requireEnv(),
        permissions,
        new ServerFiles(directory, readable));
  }
}
