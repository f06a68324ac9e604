package dev.holdfast.sim;

import dev.holdfast.model.DeploymentRecord;
import dev.holdfast.model.DeploymentRecord.Replaced;
import dev.holdfast.model.Labels;
import dev.holdfast.model.Migration.OnRollback;
import dev.holdfast.model.Release;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One release is one transaction: what moved together comes back together, in order. */
final class Transactions {
  private final FakeEngine engine;

  Transactions(FakeEngine engine) {
    this.engine = engine;
  }

  /** It is up before all others: its data was put back through it. */
  private static boolean isRestoredInto(DeploymentRecord record, Release release, String service) {
    return record.undone().entrySet().stream()
        .filter(undone -> undone.getValue() == 0)
        .map(undone -> release.rollout().migrations().get(undone.getKey()).onRollback())
        .anyMatch(
            way ->
                way instanceof OnRollback.Restore restore
                    && release
                        .rollout()
                        .backups()
                        .get(restore.backup())
                        .from()
                        .service()
                        .equals(service));
  }

  /** What is wrong with a release that was called rolled back, that nobody else had a hand in. */
  List<String> rolledBack(
      DeploymentRecord record, Release release, @Nullable Release previous, long turnedAt) {
    List<String> problems = new ArrayList<>();
    engine.containers.values().stream()
        .filter(c -> c.active() && !c.migration && !c.foreign())
        .filter(c -> record.deploymentId().equals(c.labels.get(Labels.DEPLOYMENT)))
        .filter(c -> !isOf(previous, c))
        .forEach(c -> problems.add("1: called rolled back, and " + c.name + " of it runs"));
    if (previous != null) {
      previous.services().values().forEach(service -> isBack(record, service, problems));
    }
    release
        .services()
        .values()
        .forEach(
            dependent ->
                dependent.spec().dependsOn().keySet().stream()
                    .filter(
                        dependency ->
                            !isRestoredInto(record, release, dependency)
                                && !newestFirst(
                                    record, dependent.spec().name(), dependency, turnedAt))
                    .map(dependency -> dependency + " came back before " + dependent.spec().name())
                    .forEach(problems::add));
    return problems;
  }

  private static boolean isOf(@Nullable Release previous, FakeContainer container) {
    Release.Service service =
        previous == null ? null : previous.services().get(container.service());
    return service != null && service.configHash().equals(container.made);
  }

  /** As many as ran before run again, and all of the release that came back. */
  private void isBack(DeploymentRecord record, Release.Service service, List<String> problems) {
    String name = service.spec().name();
    long before =
        record.before().stream().filter(b -> b.service().equals(name) && b.healthy()).count();
    long now =
        engine.containers.values().stream()
            .filter(c -> c.service().equals(name) && !c.migration)
            .filter(c -> c.made.equals(service.configHash()))
            .filter(c -> c.active() || Integer.valueOf(0).equals(c.exitCode))
            .filter(c -> !c.active() || !c.hidden)
            .count();
    boolean same =
        record.before().stream()
            .filter(b -> b.service().equals(name))
            .allMatch(b -> b.configHash().equals(service.configHash()));
    if (same && now < before) {
      problems.add("1: of %d %s %d are back".formatted(before, name, now));
    }
  }

  /** What was started last is put back first. */
  private boolean newestFirst(
      DeploymentRecord record, String dependent, String dependency, long turnedAt) {
    List<Long> first = startedAgain(record, dependent, turnedAt);
    List<Long> then = startedAgain(record, dependency, turnedAt);
    return first.stream().allMatch(a -> then.stream().allMatch(b -> a < b));
  }

  private List<Long> startedAgain(DeploymentRecord record, String service, long turnedAt) {
    return record.before().stream()
        .filter(b -> b.service().equals(service))
        .map(Replaced::id)
        .filter(engine.containers::containsKey)
        .map(id -> engine.containers.get(id).startedAs)
        .filter(number -> number > turnedAt)
        .toList();
  }
}
