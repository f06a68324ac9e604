package dev.holdfast.agent;

import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AppConfig;
import dev.holdfast.config.AppConfig.Origin;
import dev.holdfast.model.Release;
import dev.holdfast.reconcile.Definition;
import dev.holdfast.reconcile.SourceDefinition;
import dev.holdfast.registry.OciRegistry;
import dev.holdfast.registry.Registry;
import dev.holdfast.registry.RegistryException;
import dev.holdfast.store.Redactor;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What each app asks for now, as the agent would find it out at its next look: from its git ref or
 * directory, its files, and the registries of its images. In a folder of its own, as the one of a
 * running agent is that agent's.
 */
final class AppChecks {
  private static final long PATIENCE_SECONDS = 45;
  private final AgentConfig config;
  private final Registry registry;
  private final Redactor redactor = new Redactor();

  private AppChecks(AgentConfig config, Map<String, String> environment) {
    this.config = config;
    this.registry =
        new OciRegistry(
            () -> AdapterSettings.registries(config),
            (host, code) -> {},
            environment,
            InstantSource.system(),
            System::nanoTime);
  }

  static List<Examination> of(AgentConfig config, Map<String, String> environment) {
    AppChecks checks = new AppChecks(config, environment);
    List<Examination> all = new ArrayList<>(checks.programs(environment));
    config.registries().keySet().forEach(name -> all.addAll(checks.login(name)));
    try {
      Path folder = Files.createTempDirectory("holdfast-doctor-");
      try {
        all.addAll(checks.looks(folder));
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      all.add(
          Examination.failed(
              "disk", "", "could not make a folder in /tmp because of " + e + "; make room"));
    }
    return all;
  }

  private List<Examination> programs(Map<String, String> environment) {
    List<Examination> missing = new ArrayList<>();
    boolean git =
        config.apps().values().stream().anyMatch(app -> app.source() instanceof Origin.Git);
    boolean ssh =
        config.apps().values().stream()
            .anyMatch(
                app ->
                    app.source() instanceof Origin.Git source
                        && source.login() instanceof AppConfig.Login.SshKey);
    if (git && !onPath("git", environment)) {
      missing.add(Examination.failed("git", "", "there is no git on PATH; apt-get install git"));
    }
    if (ssh && !onPath("ssh", environment)) {
      missing.add(
          Examination.failed("git", "", "there is no ssh on PATH; apt-get install openssh-client"));
    }
    return missing;
  }

  private static boolean onPath(String program, Map<String, String> environment) {
    return Stream.of(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  private List<Examination> login(String name) {
    try {
      registry.credentials(name);
      return List.of();
    } catch (RegistryException e) {
      return List.of(Examination.failed("registry", name, text(e)));
    }
  }

  private List<Examination> looks(Path folder) {
    List<AppConfig> apps = List.copyOf(config.apps().values());
    List<Callable<List<Examination>>> looks = new ArrayList<>();
    apps.forEach(app -> looks.add(() -> look(app, folder.resolve(app.name()))));
    List<Examination> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<List<Examination>>> done =
          threads.invokeAll(looks, PATIENCE_SECONDS, TimeUnit.SECONDS);
      for (int i = 0; i < apps.size(); i++) {
        all.addAll(result(apps.get(i), done.get(i)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return all;
  }

  private List<Examination> result(AppConfig app, Future<List<Examination>> done)
      throws InterruptedException {
    try {
      return done.get();
    } catch (CancellationException e) {
      return List.of(
          Examination.failed(
              "app",
              app.name(),
              "could not find out what it asks for within "
                  + PATIENCE_SECONDS
                  + " s; is its git host or registry reachable from here?"));
    } catch (ExecutionException e) {
      return List.of(Examination.failed("app", app.name(), text(e)));
    }
  }

  private List<Examination> look(AppConfig app, Path folder) {
    Path home = config.state().resolve("apps").resolve(app.name());
    Path directory = Assembly.directory(app);
    Path project = directory == null ? home.resolve("project") : directory;
    Definition.Look look =
        new SourceDefinition(
                Assembly.definition(app, project, () -> project),
                Assembly.source(app, folder),
                registry,
                redactor)
            .look();
    String source = app.source() instanceof Origin.Git ? "git" : "directory";
    List<Examination> all = new ArrayList<>();
    String problems = redactor.redact(String.join("; ", look.problems()));
    String revision = look.revision();
    if (revision == null) {
      all.add(Examination.failed(source, app.name(), problems));
      return all;
    }
    all.add(
        Examination.ok(
            source, app.name(), "is at " + revision.substring(0, Math.min(12, revision.length()))));
    Definition.Target target = look.target();
    if (target == null) {
      all.add(
          Examination.failed(
              "registry".equals(look.kind()) ? "registry" : "files", app.name(), problems));
    } else {
      all.add(Examination.ok("registry", app.name(), images(target.release())));
    }
    return all;
  }

  private static String images(Release release) {
    TreeSet<String> hosts =
        release.services().values().stream()
            .map(service -> service.image().name().registry())
            .collect(Collectors.toCollection(TreeSet::new));
    return hosts.isEmpty()
        ? "no images to look up"
        : "all images are found in " + String.join(", ", hosts);
  }

  private String text(Exception e) {
    return redactor.redact(String.valueOf(e.getMessage()));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
