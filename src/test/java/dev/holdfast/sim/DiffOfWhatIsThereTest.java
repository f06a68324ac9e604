package dev.holdfast.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Release;
import dev.holdfast.reconcile.Apps;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What `holdfast diff` says before the agent's first start over a project of docker compose. */
class DiffOfWhatIsThereTest {
  @Test
  void aHoldHidesNoChangeAndIsSaid() {
    Random random = new Random(3);
    Scenario scenario = Scenario.draw(random);
    World world = new World(random);
    world.want(scenario.releases.get(0));
    world.settle();
    world.people().hold(Scenario.APP, "the disk is changed", "ann");
    world.settle();
    world.people().hold(Scenario.APP, null, "bob");
    assertThat(world.view().hold())
        .as("who gives no reason takes none away")
        .matches(hold -> "the disk is changed".equals(hold.reason()));
    Apps.Diff nothing = world.people().diff(Scenario.APP);
    assertThat(nothing.held()).isTrue();
    assertThat(nothing.changes()).isFalse();
    assertThat(nothing.notes().getFirst()).startsWith("the app is held: nothing is done until");

    world.want(scenario.releases.get(1));
    world.settle();
    int events = world.events.size();
    Apps.Diff diff = world.people().diff(Scenario.APP);
    assertThat(world.events).as("nothing is touched").hasSize(events);
    assertThat(diff.held()).isTrue();
    assertThat(diff.changes()).isTrue();
    assertThat(diff.release()).isEqualTo(scenario.releases.get(1).id());
    assertThat(diff.notes().getFirst())
        .isEqualTo(
            "the app is held: none of this is done until `holdfast resume " + Scenario.APP + "`");
    List<Apps.Diff.Step> steps = diff.steps();

    world.people().resume(Scenario.APP, "ann");
    assertThat(world.people().diff(Scenario.APP).steps())
        .as("the same that is done then")
        .isEqualTo(steps);
    assertThat(world.people().diff(Scenario.APP).held()).isFalse();
  }

  @Test
  void eachServiceIsKeptOrRecreatedAndTheReasonIsSaid() {
    Random random = new Random(3);
    Scenario scenario = Scenario.draw(random);
    Release first = scenario.releases.getFirst();
    World world = new World(random);
    List<String> names = List.copyOf(first.services().keySet());
    assertThat(names).as("the drawn app").hasSizeGreaterThan(1);
    String changed = names.getFirst();
    for (String name : names) {
      Release.Service service = first.services().get(name);
      Release.Service made =
          name.equals(changed)
              ? new Release.Service(service.spec(), Scenario.image(name, 0))
              : service;
      world.engine.leftByCompose(Scenario.APP + "_" + name + "_1", first, made, Behaviour.GOOD);
    }
    world.want(first);
    int events = world.events.size();
    Apps.Diff diff = world.people().diff(Scenario.APP);
    assertThat(world.events).as("nothing is touched").hasSize(events);
    assertThat(diff.problems()).isEmpty();
    for (String name : names) {
      if (name.equals(changed)) {
        assertThat(diff.steps())
            .anySatisfy(
                step -> {
                  assertThat(step.service()).isEqualTo(name);
                  assertThat(step.step()).isEqualTo("update");
                  assertThat(step.cause()).contains("its image changed to");
                });
      } else {
        assertThat(diff.notes())
            .contains(
                name
                    + " is kept: "
                    + Scenario.APP
                    + "_"
                    + name
                    + "_1 has the wanted image and configuration");
        assertThat(diff.steps())
            .noneMatch(step -> name.equals(step.service()) && step.step().equals("update"));
      }
    }
  }
}
