package dev.holdfast.plan;

import dev.holdfast.model.Dependency.Condition;
import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Kind;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Migration;
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
  private final SortedMap<String, Slots> slots = new TreeMap<>();
  private final SortedMap<String, List<Step>> swaps = new TreeMap<>();
  private final List<Step> steps = new ArrayList<>();
  private final Set<String> probed = new LinkedHashSet<>();
  private final Set<String> touchedByRestart = new LinkedHashSet<>();

  private ForwardPlan(PlanInput in) {
    this.in = in;
    this.release = in.release();
    this.record = in.record();
    this.seen = in.seen();
    this.swap = new SlotSteps(Stage.UPDATE, release.id(), in.previous(), in.taken());
    release
        .services()
        .keySet()
        .forEach(service -> slots.put(service, Slots.of(release, service, seen, Set.of())));
    UpdateSteps update = new UpdateSteps(Stage.UPDATE, swap, record.deploymentId());
    slots.forEach((service, all) -> swaps.put(service, update.of(all)));
  }

  static Plan of(PlanInput in) {
    ForwardPlan plan = new ForwardPlan(in);
    plan.build();
    return new Plan(plan.steps);
  }

  private void build() {
    pulls();
    if (migrates()) {
      seen.containers().stream()
          .filter(c -> isForeignMigration(c))
          .forEach(c -> steps.add(awaited(c)));
      resources(Stage.MIGRATE);
      bringUpDependencies();
      migrations(Migration.Mode.RUN);
    } else {
      resources(Stage.UPDATE);
    }
    dropped();
    Order.of(release).forEach(this::update);
    Order.of(release).stream().filter(this::isVouchedFor).forEach(this::probe);
    migrations(Migration.Mode.EXEC);
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
              swapSteps.stream().anyMatch(Step.Create.class::isInstance) || runsMigration(service);
          if (needed && !in.localDigests().contains(wanted.image().pullReference())) {
            steps.add(new Step.Pull(service, wanted.image(), "this engine does not hold it"));
          }
        });
  }

  private boolean runsMigration(String service) {
    return migrates()
        && release.rollout().migrations().stream().anyMatch(m -> m.service().equals(service));
  }

  /**
   * A release whose containers all run already was migrated when they were started, unless what is
   * to be run has changed. Of containers that the agent did not make nobody knows that: a first
   * release that takes them over runs its migrations, which find nothing to do where it was done.
   */
  private boolean migrates() {
    if (record.kind() == Kind.ROLLBACK || release.rollout().migrations().isEmpty()) {
      return false;
    }
    Release previous = in.previous();
    boolean changed =
        previous != null && !previous.rollout().migrations().equals(release.rollout().migrations());
    return changed || isTouchedAtAll() || (previous == null && takesOver());
  }

  private boolean takesOver() {
    return slots.values().stream()
        .flatMap(Slots::matches)
        .anyMatch(match -> !match.isOurs(release.app()));
  }

  private boolean isTouchedAtAll() {
    return record.updateBegan() || release.services().keySet().stream().anyMatch(this::isTouched);
  }

  private boolean isForeignMigration(ObservedContainer container) {
    String migration = Labels.migration(container.labels());
    return migration != null
        && container.active()
        && !migration.startsWith(record.deploymentId() + "/");
  }

  private Step awaited(ObservedContainer container) {
    return new Step.AwaitMigration(
        container.service(), ContainerRef.of(container), "no two migrations run at once");
  }

  private void resources(Stage stage) {
    release.networks().values().stream()
        .filter(network -> !seen.networks().contains(network.name()))
        .forEach(network -> steps.add(new Step.EnsureNetwork(stage, network, "it does not exist")));
    release.volumes().values().stream()
        .filter(volume -> !seen.volumes().contains(volume.name()))
        .forEach(volume -> steps.add(new Step.EnsureVolume(stage, volume, "it does not exist")));
  }

  /**
   * What a migration needs and what does not run at all yet, as on a first release, comes up before
   * it.
   */
  private void bringUpDependencies() {
    List<Migration> all = release.rollout().migrations();
    for (int i = 0; i < all.size(); i++) {
      Migration migration = all.get(i);
      if (migration.mode() == Migration.Mode.RUN
          && !Objects.equals(record.migrations().get(i), 0)) {
        Order.dependenciesOf(release, migration.service()).stream()
            .filter(this::isDown)
            .forEach(
                service -> {
                  update(service);
                  probe(service);
                });
      }
    }
  }

  private boolean isDown(String service) {
    Slots all = slots(service);
    boolean runs = seen.of(service).stream().anyMatch(ObservedContainer::active);
    return all.matches().anyMatch(this::isMadeNow) || !(runs || all.completed());
  }

  private void migrations(Migration.Mode mode) {
    List<Migration> all = release.rollout().migrations();
    for (int i = 0; migrates() && i < all.size(); i++) {
      Migration migration = all.get(i);
      if (migration.mode() == mode && !Objects.equals(record.migrations().get(i), 0)) {
        steps.add(
            mode == Migration.Mode.RUN
                ? new Step.RunMigration(
                    migration.service(), i, migration.command(), "the release asks for it")
                : new Step.ExecMigration(
                    migration.service(), i, migration.command(), "the release asks for it"));
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
                      && isTouched(dependency)
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
    if (isTouched(service)) {
      return;
    }
    List<ObservedContainer> dependents = slots(service).matches().toList();
    service(service)
        .spec()
        .dependsOn()
        .forEach(
            (dependency, how) -> {
              boolean follows =
                  how.restart()
                      || service(service).spec().container().lenders().contains(dependency);
              dependents.stream()
                  .filter(dependent -> follows && startedAfter(dependency, dependent))
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
    touchedByRestart.add(service);
  }

  private boolean startedAfter(String dependency, ObservedContainer dependent) {
    if (!release.services().containsKey(dependency) || !isTouched(dependency)) {
      return false;
    }
    List<Slot> places = slots(dependency).all();
    return places.stream()
        .map(Slot::match)
        .anyMatch(
            container ->
                container == null
                    || container.startedAt() == null
                    || dependent.startedAt() == null
                    || container.startedAt().isAfter(dependent.startedAt()));
  }

  /** Updated by this deployment, now or in an earlier life. */
  private boolean isTouched(String service) {
    Slots all = slots(service);
    return !all.inPlace()
        || all.matches().anyMatch(this::isMadeNow)
        || touchedByRestart.contains(service)
        || record.servicesDeployed().contains(service);
  }

  private boolean isMadeNow(ObservedContainer container) {
    return container.deployment().equals(record.deploymentId());
  }

  /** Without a last good release nobody has ever found the services well that run already. */
  private boolean isVouchedFor(String service) {
    return in.previous() == null || isTouched(service);
  }

  private void probe(String service) {
    if (probed.add(service)) {
      boolean awaited =
          release.services().values().stream()
              .anyMatch(s -> condition(s, service) == Condition.COMPLETED);
      String touched =
          isTouched(service) ? "it was updated" : "nobody has found it well yet that is known";
      String cause = awaited ? "others wait for it to complete" : touched;
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
    List<String> touched = Order.of(release).stream().filter(this::isVouchedFor).toList();
    List<String> watched = touched.isEmpty() ? Order.of(release) : touched;
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

  private Slots slots(String service) {
    return Objects.requireNonNull(slots.get(service), service);
  }

  private Release.Service service(String name) {
    return Objects.requireNonNull(release.services().get(name), name);
  }
}
