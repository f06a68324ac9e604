package dev.holdfast.sim;

import dev.holdfast.model.Release;
import dev.holdfast.model.RestartPolicy;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/**
 * What docker compose left running when the agent came: nothing, or of some services a container
 * that is as the first release has it, or one of another image, under a name of v1 or v2, with a
 * restart policy of its own.
 */
final class LeftByCompose {
  /** Of these a container could not run already. */
  private static final Set<Behaviour.Kind> NEVER_RAN =
      Set.of(Behaviour.Kind.CANNOT_START, Behaviour.Kind.CANNOT_BE_CREATED);

  private LeftByCompose() {}

  static void draw(World world, Scenario scenario, Random random) {
    if (random.nextInt(2) == 0) {
      return;
    }
    Release first = scenario.releases.getFirst();
    first.services().forEach((name, service) -> draw(world, scenario, random, service));
  }

  private static void draw(World world, Scenario scenario, Random random, Release.Service service) {
    String service1 = service.spec().name();
    boolean v1 = random.nextBoolean();
    String name = v1 ? Scenario.APP + "_" + service1 + "_1" : Scenario.APP + "-" + service1 + "-1";
    Release first = scenario.releases.getFirst();
    Behaviour behaviour =
        Objects.requireNonNull(scenario.behaviours.get(service.image().pullReference()));
    switch (random.nextInt(4)) {
      case 0 -> {}
      case 1 -> {
        Release.Service older = new Release.Service(service.spec(), Scenario.image(service1, 0));
        Behaviour good =
            service1.equals(Scenario.ONE_SHOT)
                ? new Behaviour(
                    Behaviour.Kind.COMPLETES, Behaviour.GOOD.after(), 0, Behaviour.GOOD.after())
                : Behaviour.GOOD;
        world.engine.leftByCompose(name, first, older, good);
      }
      default -> {
        if (!NEVER_RAN.contains(behaviour.kind())) {
          FakeContainer left = world.engine.leftByCompose(name, first, service, behaviour);
          if (random.nextInt(4) == 0) {
            left.restart = new RestartPolicy(RestartPolicy.Name.ALWAYS, 0);
          }
        }
      }
    }
  }
}
