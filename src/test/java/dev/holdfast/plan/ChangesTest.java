package dev.holdfast.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.After;
import dev.holdfast.model.Release;
import dev.holdfast.model.RolloutSpec;
import dev.holdfast.model.Smoke;
import dev.holdfast.model.WatchSpec;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a person reads who is to approve a release. */
class ChangesTest {
  private static final Release BEFORE =
      CaseRelease.parse(
          "services: { api: { version: 1 }, web: { version: 1 }, old: {}, same: {} }");

  @Test
  void eachServiceThatIsOtherwiseIsNamedWithWhatItBecomes() {
    Release next =
        CaseRelease.parse(
            "services: { api: { version: 2 }, web: { version: 1, setting: x }, new: {},"
                + " same: {} }\nmigrate: [{}]");

    assertThat(Changes.between(BEFORE, next))
        .anySatisfy(line -> assertThat(line).startsWith("api: ").contains(" -> "))
        .anySatisfy(line -> assertThat(line).startsWith("new: new, "))
        .contains("old: is not in it any more", "web: other configuration, the same image")
        .noneMatch(line -> line.startsWith("same"));
    assertThat(Changes.migrations(next)).containsExactly("api: migrate");
  }

  @Test
  void ofTheFirstReleaseAllIsNew() {
    assertThat(Changes.between(null, BEFORE)).hasSize(4).allMatch(line -> line.contains(": new, "));
    assertThat(Changes.between(BEFORE, BEFORE)).isEmpty();
  }

  @Test
  void whatIsNoServiceIsNamedToo() {
    Release next =
        CaseRelease.parse(
            "services: { api: { version: 1 }, web: { version: 1 }, old: {}, same: {} }\n"
                + "networks: [back]\nvolumes: [data]\nmigrate: [{}]");

    assertThat(Changes.between(BEFORE, next))
        .contains("network back: new", "volume data: new", "x-holdfast migrate: other migrations");
    assertThat(Changes.between(next, BEFORE)).contains("volume data: is not in it any more");
  }

  @Test
  void whatIsDoneAroundARolloutIsNamedToo() {
    assertThat(
            Changes.between(
                BEFORE,
                rolledOut(
                    new RolloutSpec(
                        List.of(),
                        List.of(new Smoke.Command("api", List.of("smoke"))),
                        List.of(new After("data", "api", List.of(), List.of("load"), List.of())),
                        Duration.ofSeconds(90),
                        null,
                        new TreeMap<>()))))
        .containsExactlyInAnyOrder(
            "x-holdfast smoke: other smoke tests",
            "x-holdfast after data: new",
            "x-holdfast watch: " + BEFORE.rollout().watch().toSeconds() + " s -> 90 s");
  }

  @Test
  void aProbeAndAGuardAreNamedThoughTheContainerIsTheSame() {
    Release probed =
        CaseRelease.parse(
            "services: { api: { version: 1, probe: true }, web: { version: 1 }, old: {},"
                + " same: {} }");
    assertThat(Changes.between(BEFORE, probed))
        .containsExactly("api: rolled out, probed or named otherwise; the same container");
    RolloutSpec plain = BEFORE.rollout();
    WatchSpec guards = new WatchSpec(List.of(new WatchSpec.LogPattern(null, "panic:")), List.of());
    assertThat(
            Changes.between(
                BEFORE,
                rolledOut(
                    new RolloutSpec(
                        plain.migrations(),
                        plain.smokes(),
                        plain.afters(),
                        plain.watch(),
                        guards,
                        plain.backups()))))
        .singleElement()
        .asString()
        .startsWith("x-holdfast watch: ")
        .endsWith(" with guards");
  }

  private static Release rolledOut(RolloutSpec rollout) {
    return new Release(
        BEFORE.app(), BEFORE.services(), BEFORE.networks(), BEFORE.volumes(), rollout);
  }
}
