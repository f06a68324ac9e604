package dev.holdfast.sim;

import dev.holdfast.model.Migration;
import dev.holdfast.model.Release;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What must become of a release: confirmed, not confirmed, or either, where its faults may show too
 * late.
 */
final class Expectations {
  private final Scenario scenario;
  private final Release release;
  private final @Nullable Release before;

  private Expectations(Scenario scenario, Release release, @Nullable Release before) {
    this.scenario = scenario;
    this.release = release;
    this.before = before;
  }

  static Checker.Expected of(
      Scenario scenario,
      World world,
      Release release,
      @Nullable Release before,
      boolean disturbed) {
    return new Expectations(scenario, release, before)
        .of(disturbed, world.unheard, world.forgotten, isHardToSave(world, release));
  }

  /** Its data is saved through a container that may not serve when it is to. */
  private static boolean isHardToSave(World world, Release release) {
    return !release.rollout().backups().isEmpty()
        && world.engine.containers.values().stream()
            .filter(c -> c.service().equals(Scenario.DATABASE))
            .anyMatch(c -> !c.behaviour.isGood());
  }

  private Checker.Expected of(
      boolean disturbed, boolean unheard, boolean forgotten, boolean hardToSave) {
    boolean good = migrates();
    boolean bad = !good && !forgotten;
    boolean mayBeFoundOut = false;
    for (Release.Service service : release.services().values()) {
      if (isNew(service)) {
        Behaviour behaviour = behaviour(service);
        good &= behaviour.isGood();
        bad |= behaviour.isBad(service.spec());
        mayBeFoundOut |=
            service.spec().updates().canary() != null
                && Canaries.isServingErrors(service, scenario);
        bad |= !disturbed && !unheard && Canaries.tells(service, old(service), scenario);
      }
    }
    boolean flaps =
        hardToSave
            || Stream.concat(release.services().values().stream(), Stream.ofNullable(oldDatabase()))
                .anyMatch(s -> behaviour(s).kind() == Behaviour.Kind.DIES_LATER);
    // A release can fail for what an engine or a person did to it meanwhile, and is then tried
    // again only when asked to.
    if (good && !flaps && !disturbed && !mayBeFoundOut) {
      return Checker.Expected.CONFIRMED;
    }
    return bad ? Checker.Expected.NOT_CONFIRMED : Checker.Expected.EITHER;
  }

  private Release.@Nullable Service oldDatabase() {
    return before == null ? null : before.services().get(Scenario.DATABASE);
  }

  private Behaviour behaviour(Release.Service service) {
    return Objects.requireNonNull(scenario.behaviours.get(service.image().pullReference()));
  }

  private Release.@Nullable Service old(Release.Service service) {
    return before == null ? null : before.services().get(service.spec().name());
  }

  private boolean isNew(Release.Service service) {
    Release.Service old = old(service);
    return old == null
        || old.spec().updates().replicas() == 0
        || !old.configHash().equals(service.configHash());
  }

  private boolean migrates() {
    List<Migration> migrations = release.rollout().migrations();
    boolean runs =
        before == null
            || !migrations.equals(before.rollout().migrations())
            || release.services().values().stream().anyMatch(this::isNew);
    return migrations.isEmpty()
        || !runs
        || migrations.stream().allMatch(m -> m.mode() == Migration.Mode.EXEC)
        || behaviour(Objects.requireNonNull(release.services().get("api"))).migrationExit() == 0;
  }
}
