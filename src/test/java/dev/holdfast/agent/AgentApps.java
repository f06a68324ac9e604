package dev.holdfast.agent;

import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AgentConfigReader;
import dev.holdfast.config.ReadConfig;
import dev.holdfast.docker.DockerEngine;
import dev.holdfast.docker.DockerSettings;
import dev.holdfast.reconcile.App;
import dev.holdfast.reconcile.FirstCreation;
import dev.holdfast.reconcile.RolloutGate;
import dev.holdfast.reconcile.SystemTime;
import dev.holdfast.registry.OciRegistry;
import dev.holdfast.registry.RegistrySettings;
import dev.holdfast.store.BackupFiles;
import dev.holdfast.store.FileStore;
import dev.holdfast.store.Redactor;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The apps of an agent.yaml, put together as the agent does, without its loop. */
public final class AgentApps implements AutoCloseable {
  private final AgentConfig config;
  private final DockerEngine engine;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Assembly assembly;

  public AgentApps(Path file) {
    config =
        switch (AgentConfigReader.read(file, Map.of())) {
          case ReadConfig.Valid valid -> valid.config();
          case ReadConfig.Invalid invalid -> throw new AssertionError(invalid.problems());
        };
    Redactor redactor = new Redactor();
    engine = new DockerEngine(DockerSettings.at(config.docker().host()));
    assembly =
        new Assembly(
            engine,
            new OciRegistry(
                () -> new RegistrySettings(Map.of()),
                (registry, code) -> {},
                Map.of(),
                InstantSource.system(),
                System::nanoTime),
            FileStore.open(config.state(), redactor, warning -> {}),
            BackupFiles.open(config.state(), redactor, warning -> {}),
            redactor,
            new SystemTime(),
            FirstCreation.deaf(),
            workers,
            RolloutGate.OPEN,
            new WatchedFiles());
  }

  public FirstCreation app(String name) {
    App app = assembly.app(config, Objects.requireNonNull(config.apps().get(name), name));
    return new FirstCreation(app);
  }

  @Override
  public void close() {
    workers.close();
    engine.close();
  }
}
