package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.DeploymentRecord.Status;
import dev.holdfast.model.Release;
import dev.holdfast.plan.CaseRelease;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Moves from release to release that drawn runs once found to fail, each for itself. */
class MovesTest {
  private final World world = new World(new Random(1));

  private static Release release(String yaml) {
    return CaseRelease.parse("{ services: { " + yaml + " }, networks: [default] }");
  }

  private Status after(Release release) {
    world.want(release);
    world.settle();
    assertThat(world.violations).isEmpty();
    return world.lastRecord().orElseThrow().status();
  }

  private void behaves(Release release, String service, Behaviour.Kind kind) {
    String image = Objects.requireNonNull(release.services().get(service)).image().pullReference();
    world.engine.behaviours.put(
        image, new Behaviour(kind, Duration.ofSeconds(2), 0, Duration.ZERO));
  }

  @Test
  void aServiceThatTheReleaseBeforeDoesNotNameIsPutBackWhereClientsFindIt() {
    Release first = release("api: {}");
    Release next =
        release("api: { version: 2, depends_on: { web: started } }, web: { start-first: true }");
    FakeContainer left =
        world.engine.leftByCompose(
            "shop-web-1",
            next,
            new Release.Service(
                Objects.requireNonNull(next.services().get("web")).spec(),
                Scenario.image("web", 9)),
            Behaviour.GOOD);
    behaves(next, "api", Behaviour.Kind.EXITS_AT_ONCE);

    assertThat(after(first)).isEqualTo(Status.SUCCEEDED);
    assertThat(after(next)).isEqualTo(Status.ROLLED_BACK);
    assertThat(left.active()).isTrue();
    assertThat(left.hidden).isFalse();
    assertThat(left.name).isEqualTo("shop-web-1");
  }

  @Test
  void whatAFailedFirstReleaseLeftStoppedIsNotJudgedBeforeItsTurn() {
    String web = "web: { replicas: 3, monitor: 5 }";
    Release first = release("api: { version: 1, depends_on: { web: started } }, " + web);
    Release next = release("api: { version: 2, depends_on: { web: started } }, " + web);
    behaves(first, "api", Behaviour.Kind.CANNOT_START);

    assertThat(after(first)).isEqualTo(Status.FAILED);
    assertThat(after(next)).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void placesThatAFailedReleaseAddedDoNotRunOn() {
    Release first = release("api: {}, web: {}");
    Release next =
        release("api: { version: 2, depends_on: { web: started } }, web: { replicas: 3 }");
    behaves(next, "api", Behaviour.Kind.EXITS_AT_ONCE);

    assertThat(after(first)).isEqualTo(Status.SUCCEEDED);
    assertThat(after(next)).isEqualTo(Status.ROLLED_BACK);
    assertThat(world.engine.containers.values().stream().map(c -> c.name))
        .containsExactlyInAnyOrder("shop-api-1", "shop-web-1");
  }

  @Test
  void theOldOneDoesNotLeaveToOneThatDiesWhileProxiesMeetIt() {
    Release first = release("web: { start-first: true, drain: 30 }");
    Release next = release("web: { version: 2, start-first: true, drain: 30, restart: no }");
    behaves(next, "web", Behaviour.Kind.GOOD);
    assertThat(after(first)).isEqualTo(Status.SUCCEEDED);
    world.happens(
        1 << 20,
        Duration.ofSeconds(25),
        () ->
            world.engine.containers.values().stream()
                .filter(c -> c.active() && c.made.equals(hash(next)))
                .forEach(c -> c.stop(world.time.now())));

    assertThat(after(next)).isEqualTo(Status.ROLLED_BACK);
    assertThat(world.events).noneMatch(event -> event.equals("stop shop-web-1"));
  }

  @Test
  void aStartThatTheEngineCannotDoJustNowLosesNeitherAnUpdateNorARollback() {
    Release first = release("api: {}");
    Release next = release("api: { version: 2 }");
    Release bad =
        CaseRelease.parse(
            "{ services: { api: { version: 3 } }, networks: [default],"
                + " migrate: [{ on-rollback: undo-it }] }");
    behaves(bad, "api", Behaviour.Kind.EXITS_AT_ONCE);
    world.engine.troubled = (what, tries) -> what.startsWith("start ") && tries <= 3;

    assertThat(after(first)).isEqualTo(Status.SUCCEEDED);
    assertThat(after(next)).isEqualTo(Status.SUCCEEDED);
    assertThat(after(bad)).isEqualTo(Status.ROLLED_BACK);
    assertThat(world.lastRecord().orElseThrow().undone()).containsExactly(Map.entry(0, 0));
  }

  private static String hash(Release release) {
    return Objects.requireNonNull(release.services().get("web")).configHash();
  }
}
