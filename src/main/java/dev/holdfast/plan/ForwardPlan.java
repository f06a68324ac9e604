package dev.holdfast.plan;

import dev.holdfast.model.Backup;
import dev.holdfast.model.Backup.From;
import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.Migration;
import dev.holdfast.model.Migration.Mode;
import dev.holdfast.model.ObservedContainer;
import dev.holdfast.model.ObservedState;
import dev.holdfast.model.Release;
import dev.holdfast.model.Smoke;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * From what runs to a release that is confirmed, in the order of contract §5. Made anew after each
 * interruption: what is done already is not in it.
 */
final class ForwardPlan {
  private final PlanInput in;
  private final Release release;
  private final DeploymentRecord record;
  private final ObservedState seen;
  private final SlotSteps swap;
  private final Touched touched;
  private final Migrations migrations;
  private final SortedMap<String, List<Step>> swaps = new TreeMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> probed = new LinkedHashSet<>();

  private ForwardPlan(PlanInput in) {
    this.in = in;
    this.release = in.release();
    this.record = in.record();
    this.seen = in.seen();
    this.swap = new SlotSteps(Stage.UPDATE, release.id(), in.previous(), in.taken());
    this.touched = new Touched(in);
    this.migrations = new Migrations(in, touched);
    UpdateSteps update = new UpdateSteps(Stage.UPDATE, swap, record.deploymentId());
    release
        .services()
        .keySet()
        .forEach(service -> swaps.put(service, update.of(touched.slots(service))));
  }

  static Plan of(PlanInput in) {
    ForwardPlan plan = new ForwardPlan(in);
    plan.build();
    return new Plan(plan.steps);
  }

  private void build() {
    pulls();
    if (migrations.run()) {
      steps.addAll(migrations.others());
      resources(Stage.MIGRATE);
      backups();
      bringUpDependencies();
      steps.addAll(migrations.of(Mode.RUN));
    } else {
      resources(Stage.UPDATE);
    }
    dropped();
    Order.of(release).forEach(this::update);
    Order.of(release).stream().filter(touched::isVouchedFor).forEach(this::probe);
    steps.addAll(migrations.of(Mode.EXEC));
    smokes();
    watch();
    afters();
    steps.add(new Step.Confirm(release.id(), "the release serves"));
  }

  private void pulls() {
    swaps.forEach(
        (service, swapSteps) -> {
          Release.Service wanted = service(service);
          boolean needed =
              swapSteps.stream().anyMatch(Step.Create.class::isInstance)
                  || migrations.need(service);
          if (needed && !in.localDigests().contains(wanted.image().pullReference())) {
            steps.add(new Step.Pull(service, wanted.image(), "this engine does not hold it"));
          }
        });
  }

  private void resources(Stage stage) {
    release.networks().values().stream()
        .filter(network -> !seen.networks().contains(network.name()))
        .forEach(network -> steps.add(new Step.EnsureNetwork(stage, network, "it does not exist")));
    release.volumes().values().stream()
        .filter(volume -> !seen.volumes().contains(volume.name()))
        .forEach(volume -> steps.add(new Step.EnsureVolume(stage, volume, "it does not exist")));
  }

  /** What a backup is taken in comes up before it, where it does not run. */
  private void backups() {
    List<Step> take = new BackupPlan(in).take();
    for (Step step : take) {
      Backup backup =
          step instanceof Step.TakeBackup taken && taken.skipped() == null
              ? release.rollout().backups().get(taken.name())
              : null;
      if (backup != null
          && backup.from() instanceof From.Command command
          && touched.isDown(command.service())) {
        update(command.service());
        probe(command.service());
      }
    }
    steps.addAll(take);
  }

  /**
   * What a migration needs and what does not run at all yet, as on a first release, comes up before
   * it.
   */
  private void bringUpDependencies() {
    List<Migration> all = release.rollout().migrations();
    for (int i = 0; i < all.size(); i++) {
      Migration migration = all.get(i);
      if (migration.mode() == Mode.RUN && migrations.isToRun(i)) {
        Order.dependenciesOf(release, migration.service()).stream()
            .filter(touched::isDown)
            .forEach(
                service -> {
                  update(service);
                  probe(service);
                });
      }
    }
  }

  /** Services that the release no longer has. They stay, stopped, until it is confirmed. */
  private void dropped() {
    seen.containers().stream()
        .filter(c -> !c.oneOff() && !release.services().containsKey(c.service()) && isTheApps(c))
        .filter(c -> c.active() || !Names.isAside(c))
        .forEach(
            c ->
                steps.addAll(
                    swap.retire(c.service(), c, "the release has no service " + c.service())));
  }

  private boolean isTheApps(ObservedContainer container) {
    Release previous = in.previous();
    return container.isOurs(release.app())
        || (previous != null && previous.services().containsKey(container.service()));
  }

  private void update(String service) {
    if (isUpdated(service)) {
      service(service).spec().dependsOn().keySet().stream()
          .filter(
              dependency ->
                  release.services().containsKey(dependency)
                      && touched.is(dependency)
                      && !isUpdated(dependency))
          .forEach(this::probe);
    }
    steps.addAll(swaps.getOrDefault(service, List.of()));
    swaps.put(service, List.of());
    restartWithDependency(service);
  }

  /** Its update is planned and still to come. */
  private boolean isUpdated(String service) {
    return !swaps.getOrDefault(service, List.of()).isEmpty();
  }

  /**
   * {@code depends_on: {db: {restart: true}}}: a dependent that is not updated itself is restarted
   * when its dependency was.
   */
  private void restartWithDependency(String service) {
    if (touched.is(service)) {
      return;
    }
    List<ObservedContainer> dependents = touched.slots(service).matches().toList();
    service(service)
        .spec()
        .dependsOn()
        .forEach(
            (dependency, how) -> {
              boolean follows =
                  how.restart()
                      || service(service).spec().container().lenders().contains(dependency);
              dependents.stream()
                  .filter(dependent -> follows && touched.startedAfter(dependency, dependent))
                  .forEach(dependent -> restart(service, dependent, dependency));
            });
  }

  private void restart(String service, ObservedContainer dependent, String dependency) {
    probe(dependency);
    String cause = dependency + " was recreated";
    ContainerRef ref = ContainerRef.of(dependent);
    Duration grace = service(service).spec().container().lifecycle().grace();
    steps.add(new Step.Stop(Stage.UPDATE, service, ref, grace, cause));
    steps.add(new Step.Start(Stage.UPDATE, service, ref, cause));
    touched.restart(service);
  }

  private void probe(String service) {
    if (probed.add(service)) {
      boolean awaited =
          release.services().values().stream()
              .anyMatch(s -> condition(s, service) == Condition.COMPLETED);
      String asked =
          touched.is(service) ? "it was updated" : "nobody has found it well yet that is known";
      String cause = awaited ? "others wait for it to complete" : asked;
      steps.add(new Step.Probe(Stage.PROBE, service, true, cause));
    }
  }

  private static Condition condition(Release.Service dependent, String service) {
    var dependency = dependent.spec().dependsOn().get(service);
    return dependency == null ? Condition.STARTED : dependency.condition();
  }

  private void smokes() {
    List<Smoke> all = release.rollout().smokes();
    for (int i = 0; i < all.size(); i++) {
      steps.add(
          switch (all.get(i)) {
            case Smoke.Http http ->
                new Step.RunSmoke(null, i, "ask " + http.url(), "the release asks for it");
            case Smoke.Command command ->
                new Step.RunSmoke(
                    command.service(),
                    i,
                    "run " + String.join(" ", command.command()),
                    "the release asks for it");
          });
    }
  }

  private void watch() {
    List<String> vouchedFor = Order.of(release).stream().filter(touched::isVouchedFor).toList();
    List<String> watched = vouchedFor.isEmpty() ? Order.of(release) : vouchedFor;
    steps.add(
        new Step.Watch(
            watched,
            release.rollout().watch(),
            "a release must stay healthy before it is confirmed"));
  }

  private void afters() {
    for (int i = 0; i < release.rollout().afters().size(); i++) {
      var after = release.rollout().afters().get(i);
      steps.add(new Step.RunAfter(after.service(), i, after.name(), "the release asks for it"));
    }
  }

  private Release.Service service(String name) {
    return Objects.requireNonNull(release.services().get(name), name);
  }
}
