package dev.holdfast.agent;

import dev.holdfast.config.AgentConfig;
import dev.holdfast.config.AgentConfigReader;
import dev.holdfast.config.Credentials;
import dev.holdfast.config.ReadConfig;
import dev.holdfast.docker.DockerEngine;
import dev.holdfast.docker.DockerSettings;
import dev.holdfast.docker.Engine;
import dev.holdfast.docker.EngineException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all that the agent needs on this server, with the agent's own adapters and without the
 * agent: agent.yaml, engine, disk, clock, permissions, and for each app its git ref, its files and
 * its registries. Nothing is changed; what is fetched goes into a folder that is removed again.
 */
public final class Doctor {
  private static final DockerSettings.Deadlines PATIENCE =
      new DockerSettings.Deadlines(
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(10),
          Duration.ofSeconds(10));
  private static final URI DEFAULT_ENGINE = DockerSettings.DEFAULT_HOST;

  private Doctor() {}

  public static List<Examination> examine(Path file, Map<String, String> environment, Instant now) {
    Map<String, String> known = Credentials.beside(environment);
    return switch (AgentConfigReader.read(file, known)) {
      case ReadConfig.Invalid invalid -> without(file, invalid, known, now);
      case ReadConfig.Valid valid -> with(file, valid.config(), known, now);
    };
  }

  /** What can be said of the server all the same. */
  private static List<Examination> without(
      Path file, ReadConfig.Invalid invalid, Map<String, String> environment, Instant now) {
    List<Examination> all = new ArrayList<>();
    all.add(
        Examination.failed(
            "config",
            "",
            file
                + ":"
                + invalid.problems().getFirst().line()
                + ": "
                + invalid.problems().getFirst().message()
                + (invalid.problems().size() > 1
                    ? " (and " + (invalid.problems().size() - 1) + " more)"
                    : "")
                + "; edit it until `holdfast validate --config "
                + file
                + "` is content"));
    String host = environment.getOrDefault("DOCKER_HOST", "");
    engine(host.isEmpty() ? DEFAULT_ENGINE.toString() : host, null, all, engine -> {});
    all.addAll(new HostChecks(Path.of("/var/lib/holdfast"), file, now).all());
    return all;
  }

  private static List<Examination> with(
      Path file, AgentConfig config, Map<String, String> environment, Instant now) {
    List<Examination> all = new ArrayList<>();
    String apps =
        config.apps().isEmpty()
            ? "valid, but it names no apps; add them under apps:"
            : "valid, with " + Checked.count(config.apps().size(), "app");
    all.add(
        new Examination(
            "config",
            "",
            config.apps().isEmpty() ? Examination.Verdict.WARNING : Examination.Verdict.OK,
            file + ": " + apps));
    List<Examination> toFree = new ArrayList<>();
    Optional<String> data =
        engine(
            config.docker().host(),
            config.docker().tls(),
            all,
            engine -> toFree.addAll(new Reclaimable(config.state()).all(engine)));
    HostChecks host = new HostChecks(config.state(), file, now);
    all.addAll(host.all());
    data.map(host::engineDisk).ifPresent(all::addAll);
    all.addAll(toFree);
    all.addAll(AppChecks.of(config, environment));
    return all;
  }

  /** Adds what the engine says; the folder of its data where it lies on this server. */
  private static Optional<String> engine(
      String host,
      AgentConfig.Docker.@Nullable Tls tls,
      List<Examination> all,
      Consumer<DockerEngine> further) {
    try (DockerEngine engine = new DockerEngine(AdapterSettings.docker(host, tls, PATIENCE))) {
      Engine.EngineInfo info = engine.info();
      all.add(
          Examination.ok("engine", "", "Docker Engine " + info.version() + " answers at " + host));
      all.add(
          Examination.ok(
              "api-version", "", "API " + info.apiVersion() + " is spoken; 1.41 is the oldest"));
      further.accept(engine);
      return host.startsWith("unix:") ? Optional.of(info.rootDirectory()) : Optional.empty();
    } catch (EngineException.Refused e) {
      all.add(Examination.failed("api-version", "", message(e)));
    } catch (EngineException | IllegalArgumentException e) {
      all.add(
          Examination.failed(
              "engine",
              "",
              message(e)
                  + "; is it there and does it run? apt-get install docker.io, systemctl status"
                  + " docker"));
    }
    return Optional.empty();
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }
}
