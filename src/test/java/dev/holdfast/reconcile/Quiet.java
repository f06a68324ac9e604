package dev.holdfast.reconcile;

import dev.holdfast.backup.Retention;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Digest;
import dev.holdfast.model.ImageReference;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.Probe;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.WatchSpec;
import dev.holdfast.probe.Prober;
import dev.holdfast.registry.Registry;
import dev.holdfast.rollout.Rules;
import dev.holdfast.store.InMemoryBackups;
import dev.holdfast.store.InMemoryStore;
import dev.holdfast.store.Redactor;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A world in which nobody answers and nobody listens, for what is tested without one. */
final class Quiet implements Registry, Prober, Signals {
  static AppSettings settings(String app) {
    return new AppSettings(
        app,
        "test",
        "vps",
        "git://test",
        Duration.ofSeconds(30),
        null,
        Path.of("/srv"),
        List.of("compose.yaml"),
        List.of(),
        3,
        Duration.ofDays(9),
        new Retention(5, Duration.ofDays(30)),
        Set.of(),
        Rules.NONE);
  }

  static AppPorts ports(Definition definition, InMemoryStore store) {
    Quiet quiet = new Quiet();
    return new AppPorts(
        definition,
        AwayEngine.away(),
        quiet,
        quiet,
        store,
        new InMemoryBackups(),
        new Redactor(),
        new SystemTime(),
        quiet,
        Runnable::run,
        RolloutGate.OPEN);
  }

  @Override
  public Digest resolve(ImageReference tagged) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<String> tags(ImageReference repository) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Credentials> credentials(String registry) {
    return Optional.empty();
  }

  @Override
  public Prober.Sample probe(ObservedContainer container, Probe.Check check, Duration timeout) {
    return new Prober.Sample.Unasked("quiet");
  }

  @Override
  public Prober.Sample reach(ObservedContainer container, Duration timeout) {
    return new Prober.Sample.Passed("quiet");
  }

  @Override
  public Prober.Beat beat(ObservedContainer container, Probe.Check check, Duration limit) {
    throw new UnsupportedOperationException("nothing is updated here");
  }

  @Override
  public Prober.Reading read(WatchSpec.Metric metric, Duration timeout) {
    return new Prober.Reading.None("quiet");
  }

  @Override
  public Prober.Sample http(Smoke.Http smoke, Duration timeout) {
    return new Prober.Sample.Unasked("quiet");
  }

  @Override
  public void changed(AppView view) {}

  @Override
  public void looked(AppView view, Duration took) {}

  @Override
  public void sourceRead(String app, Instant at) {}

  @Override
  public void problem(String app, String kind, String message) {}

  @Override
  public void defect(String app, RuntimeException defect) {}

  @Override
  public void driftCorrected(String app, String what) {}

  @Override
  public void deploymentBegan(DeploymentRecord record) {}

  @Override
  public void stepEnded(String app, String deployment, DeploymentRecord.StepRecord step) {}

  @Override
  public void deploymentEnded(DeploymentRecord record) {}

  @Override
  public void note(String app, String message) {}
}
